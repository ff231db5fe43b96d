"""Measure the road against a naive pipeline on the same records in the same run: `make bench`.

One process, one core, CPU time. Writes build/bench.json; docs/reference/bench.md explains its keys.
"""

import argparse
import csv
import gc
import io
import json
import os
import platform
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from gateway.config import shipped
from gateway.founding import found_home
from gateway.model.content import Content
from gateway.model.stages import Fate, View
from gateway.stopwatch import Stopwatch
from gateway.wiring import open_gateway, system_clock
from tests.bench.mapping import measure_mapping
from tests.bench.naive import make_tools, run_naive
from tests.bench.niem import measure_niem
from tests.bench.rendering import measure_rendering
from tests.bench.signing import measure_signing
from tests.bench.stix import measure_stix
from tests.bench.streaming import measure_streaming
from tests.niem_builders import CENTER, RENDERED_KINDS, bare_record, full_view, view_of

_FEED = "seattle-pd-cad"
_GOOD_ROWS = 4
"""The sample's leading rows without dirt; they are repeated under numbers of their own."""


def bench_delivery(records: int) -> bytes:
    """A CAD export of so many good rows, made from the bundled sample."""
    text = (shipped("mappings") / "samples" / f"{_FEED}.csv").read_text(encoding="utf-8-sig")
    header, *rows = list(csv.reader(io.StringIO(text)))
    good = [row for row in rows if len(row) == len(header) and all(row) and row[-1][:1].isdigit()][:_GOOD_ROWS]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    for number in range(records):
        writer.writerow([f"2031{number:09d}", *good[number % len(good)][1:]])
    return out.getvalue().encode()


def measure(records: int, naive_records: int, rounds: int, *, streaming_rows: int) -> dict[str, Any]:
    """Both pipelines, alternately, `rounds` times; medians of CPU microseconds a record. Then parts by themselves."""
    ours: list[dict[str, float]] = []
    naive: list[dict[str, float]] = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            content = bench_delivery(records)
            home = Path(folder) / "home"
            found_home(home, center_name="Benchmark", abbreviation="B", contact="b@center.example", clock=system_clock)
            ours.append(_run_ours(home, content, records))
            naive.append(_run_naive(home, Path(folder), content, naive_records))
    report = {
        "machine": {"python": platform.python_version(), "cpu_count": os.cpu_count(), "platform": platform.platform()},
        "feed": _FEED,
        "rounds": rounds,
        "ours": _summary(ours, records),
        "naive": _summary(naive, naive_records),
    }
    report["ratio"] = round(report["naive"]["microseconds_per_record"] / report["ours"]["microseconds_per_record"], 1)
    content = bench_delivery(records)
    report["mapping"] = measure_mapping(content, rounds)
    report["niem"] = measure_niem(_niem_views(), CENTER, rounds) | {"rendering": measure_rendering()}
    report["stix"] = measure_stix(rounds)
    report["signing"] = measure_signing(rounds)
    header, *rows = content.splitlines(keepends=True)
    good = [row.partition(b",")[2] for row in rows[:_GOOD_ROWS]]
    report["streaming"] = measure_streaming(header, good, streaming_rows)
    return report


def _niem_views() -> dict[str, dict[str, View]]:
    """For each kind with a message, the smallest view and one in which every field is set."""
    return {kind.value: {"small": view_of(bare_record(kind)), "large": full_view(kind)} for kind in RENDERED_KINDS}


def _run_ours(home: Path, content: bytes, records: int) -> dict[str, float]:
    watch = Stopwatch(time.process_time)
    gateway = open_gateway(home, watch=watch)
    try:
        received = gateway.pipeline.receive(Content.of(content), feed=_FEED, file_name="bench.csv")
        claim = gateway.stores.deliveries.claim(now_us=0, receipt=received.receipt)
        assert claim is not None
        gc.collect()
        gc.freeze()
        started = time.process_time()
        summary = gateway.pipeline.drive(claim)
        total = time.process_time() - started
        gc.unfreeze()
        assert summary.fates == {Fate.PUBLISHED: records}, summary
    finally:
        gateway.close()
    return {"total": total, **watch.seconds}


def _run_naive(home: Path, folder: Path, content: bytes, records: int) -> dict[str, float]:
    certs = home / "certs" / "sign"
    gateway = open_gateway(home)
    tools = make_tools(
        shipped("xsd"),
        gateway.signing_key,
        (certs / f"{gateway.signing_key.kid}.key").read_bytes(),
        (certs / f"{gateway.signing_key.kid}.crt").read_bytes(),
        folder / "naive.db",
    )
    gateway.close()
    watch = Stopwatch(time.process_time)
    run_naive(content, 1, tools, watch)  # whatever is compiled at first use is compiled now
    watch = Stopwatch(time.process_time)
    tools.database.execute("DELETE FROM documents")
    started = time.process_time()
    done = run_naive(content, records, tools, watch)
    total = time.process_time() - started
    tools.database.close()
    assert done == records
    return {"total": total, **watch.seconds}


def _summary(runs: list[dict[str, float]], records: int) -> dict[str, Any]:
    total = statistics.median(run["total"] for run in runs)
    stages = {
        stage: round(statistics.median(run.get(stage, 0.0) for run in runs) / records * 1e6, 1)
        for stage in runs[0]
        if stage not in ("total", "receive")
    }
    return {
        "records": records,
        "records_per_second": round(records / total, 1),
        "microseconds_per_record": round(total / records * 1e6, 1),
        "stages": stages,
    }


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--records", type=int, default=2000)
    parser.add_argument("--naive-records", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--streaming-rows", type=int, default=1_000_000)
    parser.add_argument("--out", type=Path, default=Path("build/bench.json"))
    options = parser.parse_args()
    report = measure(options.records, options.naive_records, options.rounds, streaming_rows=options.streaming_rows)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    table = Table("Stage", title="CPU microseconds a record, one core")
    table.add_column("gateway", justify="right")
    table.add_column("naive", justify="right")
    stages = dict.fromkeys([*report["ours"]["stages"], *report["naive"]["stages"]])
    for stage in stages:
        mine, theirs = report["ours"]["stages"].get(stage, ""), report["naive"]["stages"].get(stage, "")
        table.add_row(stage, str(mine), str(theirs))
    whole = (str(report[side]["microseconds_per_record"]) for side in ("ours", "naive"))
    table.add_row("all", *whole, style="bold")
    console = Console(width=None if os.isatty(1) else shutil.get_terminal_size((100, 24)).columns)
    console.print(table)
    console.print(
        f"gateway {report['ours']['records_per_second']} records/s, naive {report['naive']['records_per_second']} "
        f"records/s: {report['ratio']} times as fast."
    )
    mapping, streaming = report["mapping"], report["streaming"]
    console.print(
        f"Mapping a row {mapping['microseconds_per_record']} µs, by hand {mapping['by_hand']} µs: "
        f"{mapping['ratio']} times as dear."
    )
    console.print(
        f"{streaming['rows']} rows ({streaming['file_megabytes']} MB) read and mapped in {streaming['seconds']} CPU "
        f"seconds; memory {streaming['start_megabytes']} MB before, {streaming['peak_megabytes']} MB at most."
    )
    niem = report["niem"]
    console.print(
        f"The schema subset compiles in {niem['compile_milliseconds']} ms; checking a NIEM message costs at most "
        f"{niem['worst_check_ratio']} times bare schema validation, rendering one {niem['rendering']['ratio']} times "
        "filling a bare template of it."
    )
    stix = report["stix"]
    console.print(
        f"Rendering and checking {stix['objects']} STIX objects costs {stix['ours_to_bare']} times the bare schema "
        f"pass over them; the library and the validator of OASIS take {stix['theirs_to_ours']} times as long."
    )
    signing = report["signing"]
    console.print(
        f"Signing both outputs of a view costs {signing['ours_to_bare_signing']} times its bare operations, our own "
        f"check of both included; signxml with joserfc takes {signing['theirs_to_ours']} times as long and checks none."
    )
    console.print(f"Written to {options.out}.")


if __name__ == "__main__":
    main()
