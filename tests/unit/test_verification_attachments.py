"""What may be taken for a message of the exchange is checked as one, however the artifact that holds it is dressed."""

import base64
import json
from typing import Any

import pytest
from signing_builders import NOW, authority

from gateway import names
from gateway.errors import UntrustedSignature
from gateway.signing.claim import Content
from gateway.signing.json_signature import JsonSigner
from gateway.stix.integrity import seal_objects
from gateway.verification import Evidence, verify_objects

UUID = "0f3cbb0c-6a55-4b0e-9a5f-3d5a0d9f1c11"
MESSAGE = base64.b64encode(f'<x:Message xmlns:x="{names.EXTENSION_NAMESPACE}"/>'.encode()).decode()


def verified(artifact: dict[str, Any]) -> Evidence:
    root = authority()
    key = root.leaf()
    time = "2026-01-01T00:00:00.000Z"
    container = {"type": "report", "id": f"report--{UUID}", "created": time, "modified": time}
    objects = [{"type": "artifact", "id": f"artifact--{UUID}", **artifact}, container]
    sealed = seal_objects(objects, JsonSigner(key, Content.STIX_RECORD).sign, key.kid, at=NOW)
    return verify_objects([json.loads(one.body) for one in sealed], root.trust(key), at=NOW, form="test")


@pytest.mark.parametrize("payload", [MESSAGE, f"{MESSAGE}\n", f"{MESSAGE[:8]} {MESSAGE[8:]}"])
@pytest.mark.parametrize("media", [names.NIEM_MEDIA_TYPE, "Application/XML", "application/xml; charset=utf-8", None])
def test_an_unsigned_message_is_refused_however_it_is_dressed(payload: str, media: str | None) -> None:
    artifact: dict[str, Any] = {"payload_bin": payload} | ({} if media is None else {"mime_type": media})
    with pytest.raises(UntrustedSignature, match="holds 0 signatures"):
        verified(artifact)


@pytest.mark.parametrize("payload", [b"a photograph", b"<of><another/></of>"])
def test_attachments_of_others_are_covered_by_the_manifest_alone(payload: bytes) -> None:
    assert verified({"payload_bin": base64.b64encode(payload).decode()}).niem_documents == 0


def test_half_a_character_in_an_id_is_told_in_text_that_can_be_written() -> None:
    objects = [{"type": "report", "id": "report--\ud800"}]
    with pytest.raises(UntrustedSignature) as caught:
        verify_objects(objects, authority().trust(), at=NOW, form="test")
    assert caught.value.where == r"report--\ud800"
    assert str(caught.value).encode()
