"""Reading and mapping a very large file, in a process of its own: how much memory it takes, however long the file is.

`python -m tests.bench.streaming ROWS` writes the file, and prints what its child measured.
"""

import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

__all__ = ["measure_streaming"]


def measure_streaming(header: bytes, rows: list[bytes], count: int) -> dict[str, Any]:
    """Write `count` rows, each under a number of its own, and let a fresh process read and map them all."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.csv"
        with path.open("wb") as file:
            file.write(header)
            for number in range(count):
                file.write(b"2031%09d," % number + rows[number % len(rows)])
        child = [sys.executable, "-m", "tests.bench.streaming", str(path)]
        found = subprocess.run(child, check=True, capture_output=True, text=True)
        size = path.stat().st_size
    measured: dict[str, Any] = json.loads(found.stdout)
    assert measured.pop("mapped") == count
    return {"rows": count, "file_megabytes": round(size / 1e6, 1), **measured}


def _megabytes() -> float:
    """The most memory that this process has had so far; `getrusage` would count that of the process that made it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (kilobytes,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))
    return round(int(kilobytes) / 1024, 1)


def _read_all(path: Path) -> dict[str, Any]:
    from gateway import adapters
    from gateway.cli.files import delivered
    from gateway.config import shipped
    from gateway.mapping.catalog import load_mapping
    from gateway.mapping.compiled import Mapped
    from gateway.model.identity import IdKey
    from gateway.model.stages import NativeRecord, Received

    mapping = load_mapping(shipped("mappings") / "seattle-pd-cad.yaml")
    ids = IdKey(b"ids of the benchmark")
    before, started, mapped = _megabytes(), time.process_time(), 0
    with delivered(path) as content:
        received = Received(
            receipt="bench",
            feed=mapping.feed,
            file_name=path.name,
            sha256=content.sha256(),
            received=datetime.now(UTC),
            content=content,
        )
        for item in adapters.read(received, mapping.reading):
            mapped += isinstance(item, NativeRecord) and isinstance(mapping.map(item, received, ids), Mapped)
    seconds = time.process_time() - started
    return {"mapped": mapped, "seconds": round(seconds, 1), "start_megabytes": before, "peak_megabytes": _megabytes()}


if __name__ == "__main__":
    print(json.dumps(_read_all(Path(sys.argv[1]))))
