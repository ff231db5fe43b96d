"""The STIX stage by its parts: rendering, our checks, the bare schema pass, the library and the validator of OASIS.

All of them do the same view in the same run. The bare pass is jsonschema-rs over the same schemas, ours and OASIS's,
and nothing else. The library builds its objects from the same dictionaries; the validator is strict.
"""

import copy
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import stix2
from stix2validator import ValidationOptions, validate_instance

import gateway.examples
from gateway.model.kinds import Kind
from gateway.model.stages import SignedNiem
from gateway.niem.iepd.samples import CENTER, sample_views
from gateway.niem.render import render as render_niem
from gateway.stix.check import ObjectChecker
from gateway.stix.extensions import EXTENSIONS
from gateway.stix.oasis import SchemaSet
from gateway.stix.render import render
from gateway.stix.schemas import extension_schema

__all__ = ["measure_stix"]

_RECORDS: Final = Path(gateway.examples.__file__).parent / "records"
_BUNDLE: Final = "bundle--1c2fdc5b-7a3f-4f0e-8d2b-5b1f6c0d9e11"
_OTHERS: Final = frozenset({"library", "validator"})


def measure_stix(rounds: int, repeats: int = 300) -> dict[str, Any]:
    """CPU microseconds of each part for the sample record of an incident, medians of the rounds, and ratios."""
    view = next(view for kind, view in sample_views(_RECORDS) if kind is Kind.INCIDENT)
    niem = SignedNiem(view=view, document=render_niem(view, CENTER), key_id="bench")
    objects = render(niem, CENTER)
    checker = ObjectChecker()
    schemas = SchemaSet({row.id: extension_schema(name) for name, row in EXTENSIONS.items()})
    bundle = {"type": "bundle", "id": _BUNDLE, "objects": list(objects)}
    options = ValidationOptions(version="2.1", silent=True, strict=True, enforce_refs=True)
    assert checker.faults(objects) == ()
    assert validate_instance(copy.deepcopy(bundle), options).is_valid
    works: dict[str, Callable[[], object]] = {
        "render": lambda: render(niem, CENTER),
        "check": lambda: checker.faults(objects),
        "bare": lambda: all(schemas.accepts(one) for one in objects),
        "library": lambda: [stix2.parse(one) for one in objects],
        "validator": lambda: validate_instance(bundle, options),
    }
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            taken[name].append(_microseconds(work, max(1, repeats // 100) if name in _OTHERS else repeats))
    found = {name: round(statistics.median(times), 1) for name, times in taken.items()}
    ours = found["render"] + found["check"]
    return {
        "objects": len(objects),
        **found,
        "ours_to_bare": round(ours / found["bare"], 2),
        "check_to_bare": round(found["check"] / found["bare"], 2),
        "theirs_to_ours": round((found["library"] + found["validator"]) / ours, 1),
    }


def _microseconds(work: Callable[[], object], repeats: int) -> float:
    started = time.process_time()
    for _ in range(repeats):
        work()
    return (time.process_time() - started) / repeats * 1e6
