"""The NIEM stage by its parts: compiling the subset, rendering, and checking against bare schema validation.

A message is checked on a parsed tree: schema, message rules of the NDR, rules of the exchange. Bare validation is
lxml's over the same tree and the same schemas. Both are also measured with parsing, which they share.
"""

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from lxml import etree

from gateway.config import shipped
from gateway.model.center import Center
from gateway.model.stages import View
from gateway.niem.check import MessageChecker
from gateway.niem.extension import EXTENSION_FILE
from gateway.niem.render import render

__all__ = ["measure_niem"]

_REPEATS: Final = {"small": 400, "large": 20}


def measure_niem(messages: dict[str, dict[str, View]], center: Center, rounds: int) -> dict[str, Any]:
    """For each kind, its `small` and its `large` view: CPU microseconds, medians of the rounds, and ratios to bare."""
    folder = shipped("xsd")
    compiled = [_milliseconds(lambda: _compiled(folder)) for _ in range(rounds)]
    checker, schema = MessageChecker(folder), _compiled(folder)
    parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False)
    checks: dict[str, dict[str, Any]] = {}
    for kind, views in messages.items():
        checks[kind] = {}
        for size, view in views.items():
            checks[kind][size] = _measured(view, center, checker, schema, parser, rounds, _REPEATS[size])
    return {
        "compile_milliseconds": round(statistics.median(compiled), 1),
        "messages": checks,
        "worst_check_ratio": max(facts["check_ratio"] for sizes in checks.values() for facts in sizes.values()),
    }


def _measured(
    view: View, center: Center, checker: MessageChecker, schema: Any, parser: Any, rounds: int, repeats: int
) -> dict[str, Any]:
    document = render(view, center)
    root = etree.fromstring(document, parser)
    assert checker.faults(document) == ()
    works: dict[str, Callable[[], object]] = {
        "render": lambda: render(view, center),
        "validate": lambda: schema.validate(root),
        "check": lambda: list(checker.examine(root, document)),
        "parse_and_validate": lambda: schema.validate(etree.fromstring(document, parser)),
        "parse_and_check": lambda: checker.faults(document),
    }
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            taken[name].append(_microseconds(work, repeats))
    found = {name: round(statistics.median(times), 1) for name, times in taken.items()}
    return {
        "bytes": len(document),
        **found,
        "check_ratio": round(_ratio(taken["check"], taken["validate"]), 2),
        "whole_ratio": round(_ratio(taken["parse_and_check"], taken["parse_and_validate"]), 2),
    }


def _compiled(folder: Path) -> Any:
    return etree.XMLSchema(etree.parse(str(folder / EXTENSION_FILE)))


def _ratio(ours: list[float], theirs: list[float]) -> float:
    return statistics.median(ours) / statistics.median(theirs)


def _microseconds(work: Callable[[], object], repeats: int) -> float:
    started = time.process_time()
    for _ in range(repeats):
        work()
    return (time.process_time() - started) / repeats * 1e6


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return (time.process_time() - started) * 1e3
