"""Each signature vector gets the verdict that it states, through the public verification."""

import base64
import importlib
import json
import re
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest

from gateway.config import shipped
from gateway.errors import UntrustedSignature
from gateway.niem.check import MessageChecker
from gateway.trust_policy import MakeTimestamps, read_policy, trust_of
from gateway.verification import Evidence, verify_document

FOLDER: Final = Path(__file__).resolve().parents[1] / "vectors" / "signatures"
VECTORS: Final = {path.stem: path for path in sorted(FOLDER.glob("*.json"))}
_BY_CODE: Final = {
    "signature.unknown-signer": "unknown-signer",
    "signature.not-allowed": "not-allowed",
    "signature.outside-validity": "outside-validity",
    "signature.revoked": "revoked",
    "signature.revocation-unknown": "revocation-unknown",
    "signature.unreadable-content": "unreadable",
    "signature.not-covered": "not-covered",
}
_BY_PROBLEM: Final = {
    "algorithm": r"algorithm is not accepted|not one for this algorithm",
    "altered": r"does not hold|is not what was signed|twice with different|under another certificate|canonical form",
}
_REASONS: Final = frozenset({*_BY_CODE.values(), *_BY_PROBLEM, "form"})


@pytest.fixture(scope="module")
def messages() -> MessageChecker:
    return MessageChecker(shipped("xsd"))


def read(name: str) -> dict[str, Any]:
    vector: dict[str, Any] = json.loads(VECTORS[name].read_bytes())
    return vector


def verified(vector: dict[str, Any], messages: MessageChecker) -> Evidence:
    """The public verification, under the vector's policy, at its time."""
    given = vector["input"]
    content = given["text"].encode() if "text" in given else base64.b64decode(given["base64"])
    policy = read_policy(vector["policy"], where=vector["id"])
    timestamps = _timestamps() if policy.timestamps.authorities else None
    trust = trust_of(policy, FOLDER, timestamps=timestamps)
    return verify_document(content, trust, at=datetime.fromisoformat(vector["at"]), messages=messages)


def _timestamps() -> MakeTimestamps:
    try:
        made: MakeTimestamps = importlib.import_module("gateway.signing.timestamps").TimestampAuthorities
    except ModuleNotFoundError:
        pytest.skip("timestamps are not read here yet")
    return made


def reason_of(error: UntrustedSignature) -> str:
    """The class of a refusal, as the vectors' README names it."""
    if error.code in _BY_CODE:
        return _BY_CODE[error.code]
    return next((name for name, said in _BY_PROBLEM.items() if re.search(said, error.problem)), "form")


@pytest.mark.parametrize("name", VECTORS)
def test_the_verdict_is_as_stated(name: str, messages: MessageChecker) -> None:
    vector = read(name)
    expected = vector["expected"]
    check = partial(verified, vector, messages)
    if expected["verdict"] == "refused":
        with pytest.raises(UntrustedSignature) as caught:
            check()
        assert reason_of(caught.value) == expected["reason"], caught.value
        assert caught.value.where in expected["foreign"] or not expected["foreign"]
        return
    evidence = check()
    assert sorted({one for c in evidence.containers for one in c.covered}) == expected["covered"]
    assert sorted(evidence.missing) == expected["missing"]
    assert [c.foreign for c in evidence.containers] == [()] * len(evidence.containers)
    assert any(held.signer.is_proven for held in evidence.signatures) == expected["time_is_proven"]
    assert all(held.signer.evidence and held.signer.policy == vector["policy"]["name"] for held in evidence.signatures)


def test_there_are_vectors_of_every_reason_and_both_verdicts() -> None:
    found = [read(name)["expected"] for name in VECTORS]
    assert len(found) >= 55
    assert {one["reason"] for one in found if one["verdict"] == "refused"} == _REASONS
    assert sum(one["verdict"] == "holds" for one in found) >= 20


def test_each_reason_is_explained_for_other_implementations() -> None:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([a-z-]+)` \|", text, re.M)) == _REASONS


@pytest.mark.parametrize("name", VECTORS)
def test_a_vector_tells_what_it_is_and_holds_no_private_key(name: str) -> None:
    vector = read(name)
    assert list(vector) == ["id", "says", "provenance", "input", "policy", "at", "expected"]
    assert vector["id"] == name
    assert all(vector["provenance"][part] for part in ("made", "cite"))
    assert b"PRIVATE KEY" not in VECTORS[name].read_bytes()


def test_the_folder_stays_small() -> None:
    assert sum(path.stat().st_size for path in VECTORS.values()) < 1_500_000
