"""Rendering a message against filling a bare template of that one message.

The bare template is as good as one written by hand for a single record can be: the whole document as one text with a
slot for each value, the values at hand as texts. Filling it escapes them; rendering starts from the record.
"""

import re
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, unescape

import gateway.examples
from gateway.niem.iepd.samples import CENTER, sample_views
from gateway.niem.render import render

__all__ = ["measure_rendering"]

_RECORDS = Path(gateway.examples.__file__).parent / "records"
_VALUE = re.compile(r'(?<=>)[^<\n][^<]*(?=</)|(?<=structures:id=")[^"]*|(?<=structures:ref=")[^"]*')
_RETURN = {"\r": "&#13;"}
_ROUNDS = 7


def measure_rendering(repeats: int = 2000) -> dict[str, Any]:
    """CPU microseconds of both, by kind, for the sample record of each kind; the ratio is of the sums."""
    kinds: dict[str, Any] = {}
    for kind, view in sample_views(_RECORDS):
        document = render(view, CENTER)
        template, values = _bare(document.decode())
        assert _filled(template, values) == document
        ours = _microseconds(lambda view=view: render(view, CENTER), repeats)
        bare = _microseconds(lambda t=template, v=values: _filled(t, v), repeats)
        kinds[kind.value] = {"bytes": len(document), "values": len(values), "render": ours, "bare": bare}
    total = sum(row["render"] for row in kinds.values()) / sum(row["bare"] for row in kinds.values())
    return {"kinds": kinds, "ratio": round(total, 2)}


def _bare(document: str) -> tuple[str, tuple[str, ...]]:
    values = tuple(unescape(found, {"&#13;": "\r"}) for found in _VALUE.findall(document))
    return _VALUE.sub("%s", document.replace("%", "%%")), values


def _filled(template: str, values: tuple[str, ...]) -> bytes:
    return (template % tuple([escape(value, _RETURN) for value in values])).encode()


def _microseconds(run: Callable[[], object], repeats: int) -> float:
    times = []
    for _ in range(_ROUNDS):
        start = time.process_time()
        for _ in range(repeats):
            run()
        times.append((time.process_time() - start) / repeats)
    return round(statistics.median(times) * 1e6, 2)
