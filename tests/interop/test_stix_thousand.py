"""A thousand random records of every kind: our check passes all, stix2 reads and writes all unchanged, stix2-validator
in its strictest mode finds no fault in a sample.

The normal run takes a few of each kind; the full figures are a soak.
"""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
import stix2
from hypothesis import HealthCheck, given, settings
from niem_builders import RENDERED_KINDS, views
from stix2validator import ValidationOptions, validate_instance
from stix_builders import CENTER, KEY, SEALED_AT, ToySigner

from gateway.model.codes import ObservableType
from gateway.model.kinds import Kind
from gateway.model.stages import SignedNiem, View
from gateway.stix.canonical import canonical
from gateway.stix.check import ObjectChecker
from gateway.stix.integrity import seal, verify
from gateway.stix.read import read
from gateway.stix.render import render
from gateway.stix.schemas import write_schemas

CHECKER = ObjectChecker()
SLOW = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


VALUES = {
    ObservableType.IPV4: "198.51.100.3",
    ObservableType.IPV6: "2001:db8::7",
    ObservableType.DOMAIN: "bad.example",
    ObservableType.URL: "http://bad.example/a%20b",
    ObservableType.EMAIL: "mallory@bad.example",
    ObservableType.MD5: "a" * 32,
    ObservableType.SHA1: "b" * 40,
    ObservableType.SHA256: "c" * 64,
    ObservableType.SHA512: "d" * 128,
}


def sound(view: View) -> View:
    """The view with technical values of their types' forms, which mappings see to."""
    values = tuple(msgspec.structs.replace(one, value=VALUES[one.type]) for one in view.record.observables)
    return msgspec.structs.replace(view, record=msgspec.structs.replace(view.record, observables=values))


@pytest.fixture(scope="module")
def schema_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("extensions")
    write_schemas(folder)
    return folder


def passed(kind: Kind, count: int, every: int, schema_folder: Path) -> int:
    """Take `count` records through everything, every so-manieth through stix2-validator too; how many those were."""
    turns = [0, 0]

    @settings(SLOW, max_examples=count)
    @given(views(kind).map(sound))
    def law(view: View) -> None:
        turns[0] += 1
        niem = SignedNiem(view=view, document=b"<fx:Report/>", key_id="toy-1")
        signed = seal(CHECKER.check(niem, render(niem, CENTER)), ToySigner().sign, "toy-1", at=SEALED_AT)
        objects = [json.loads(one.body) for one in signed.stix]
        document = {"type": "bundle", "id": f"bundle--{KEY.uuid('bundle')}", "objects": objects}
        written = json.loads(stix2.parse(document, allow_custom=False).serialize())["objects"]
        assert [canonical(one) for one in written] == [one.body for one in signed.stix]
        (coverage,) = verify(written, ToySigner().check)
        assert (coverage.missing, coverage.foreign) == ((), ())
        assert read(objects, record_id=view.record.id).kind is kind
        if turns[0] % every == 0:
            turns[1] += 1
            assert _strict(document, schema_folder) == []

    law()
    return turns[1]


def _strict(document: dict[str, Any], schema_folder: Path) -> list[str]:
    options = ValidationOptions(
        version="2.1",
        silent=True,
        strict=True,
        enforce_refs=True,
        strict_properties=True,
        schema_dir=str(schema_folder),
    )
    return [str(error) for error in validate_instance(document, options).errors]


@pytest.mark.parametrize("kind", RENDERED_KINDS)
def test_some_records_of_every_kind_pass_every_judge(kind: Kind, schema_folder: Path) -> None:
    assert passed(kind, 3, 3, schema_folder) > 0


@pytest.mark.soak
@pytest.mark.parametrize("kind", RENDERED_KINDS)
def test_a_thousand_records_of_every_kind_pass_every_judge(kind: Kind, schema_folder: Path) -> None:
    assert passed(kind, 1000, 50, schema_folder) >= 15
