"""gateway timestamp: requests for the signatures in a file, and tokens put where they belong."""

import json
from pathlib import Path
from typing import Any

import pytest
from cli_builders import call
from cryptography.hazmat.primitives import serialization
from lxml import etree
from signing_builders import DOCUMENT, NOW, authority
from timestamp_builders import timestamp_root

from gateway import names
from gateway.errors import BadSetting, RenderingError, UntrustedSignature
from gateway.signing.accepted import STRICT_2026
from gateway.signing.claim import Content
from gateway.signing.json_signature import JsonSigner
from gateway.signing.stamped_xml import with_timestamp
from gateway.signing.timestamps import TimestampAuthorities, request, token_of
from gateway.signing.xml_signature import DS, XADES, XmlSigner
from gateway.signing.xml_verification import read_xml, verify_xml
from gateway.stix.integrity import seal_objects
from gateway.timestamping import attach, chosen, moment_of, signatures_in
from gateway.verification import verify_objects

CENTER = authority()
KEY = CENTER.leaf()
ROOT = timestamp_root()
TSA = ROOT.authority()
BELIEVED = TimestampAuthorities([ROOT.certificate])
SIGNED = XmlSigner(KEY).sign(DOCUMENT, at=NOW)


def _uuid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


FIRST, SECOND = (f"report--{_uuid(number)}" for number in (1, 2))


def _sealed(number: int, *, modified: str = "2026-06-01T12:00:00.000Z") -> list[dict[str, Any]]:
    observable = {"type": "ipv4-addr", "id": f"ipv4-addr--{_uuid(number)}", "value": f"192.0.2.{number}"}
    container = {
        "type": "report",
        "id": f"report--{_uuid(number)}",
        "created_by_ref": f"identity--{_uuid(9)}",
        "modified": modified,
        "extensions": {},
    }
    signer = JsonSigner(KEY, Content.STIX_RECORD)
    return [json.loads(one.body) for one in seal_objects([observable, container], signer.sign, signer.kid, at=NOW)]


BUNDLE = json.dumps({"type": "bundle", "id": "bundle--1", "objects": _sealed(1)}, indent=2).encode()
TWO = json.dumps({"more": False, "objects": [*_sealed(1), *_sealed(2)]}).encode()


def _stamped(content: bytes, name: str | None = None) -> bytes:
    asked = request(chosen(signatures_in(content, name="file"), name).stamped)
    return attach(content, TSA.reply(asked), asked, name="file").content


def test_a_stamped_document_says_what_it_said_and_when_it_stood() -> None:
    stamped = _stamped(SIGNED)
    before, after = read_xml(SIGNED, STRICT_2026), read_xml(stamped, STRICT_2026)
    assert (after.content, after.claim.stamped) == (before.content, before.claim.stamped)
    assert after.claim.timestamp is not None
    assert BELIEVED.moment(after.claim.timestamp, after.claim.stamped) == NOW
    assert verify_xml(stamped, CENTER.trust(KEY), at=NOW).signer.kid == KEY.kid


def test_the_timestamp_stands_where_xades_has_it_and_names_its_canonicalization() -> None:
    """EN 319 132-1, 5.3: without a name the canonicalization would be the inclusive one."""
    stamp = etree.fromstring(_stamped(SIGNED)).find(
        f".//{{{XADES}}}QualifyingProperties/{{{XADES}}}UnsignedProperties"
        f"/{{{XADES}}}UnsignedSignatureProperties/{{{XADES}}}SignatureTimeStamp"
    )
    assert [child.tag for child in stamp] == [f"{{{DS}}}CanonicalizationMethod", f"{{{XADES}}}EncapsulatedTimeStamp"]
    assert stamp[0].get("Algorithm") == "http://www.w3.org/2001/10/xml-exc-c14n#"


def test_a_stamped_document_is_not_stamped_again() -> None:
    stamped = _stamped(SIGNED)
    with pytest.raises(RenderingError, match="already"):
        _stamped(stamped)
    token = read_xml(stamped, STRICT_2026).claim.timestamp
    assert token is not None
    with pytest.raises(RenderingError, match="already"):
        with_timestamp(stamped, token)


def test_a_document_with_its_end_tag_in_other_places_is_not_guessed_at() -> None:
    trap = DOCUMENT.replace(b"second", b"<![CDATA[</xades:QualifyingProperties>]]>")
    signed = XmlSigner(KEY).sign(trap, at=NOW)
    asked = request(signatures_in(signed, name="")[0].stamped)
    with pytest.raises(RenderingError, match="no place"):
        attach(signed, TSA.reply(asked), asked, name="file")


def test_an_altered_document_gets_no_request() -> None:
    with pytest.raises(UntrustedSignature):
        signatures_in(SIGNED.replace(b"second", b"secund"), name="file")


def test_a_reply_about_another_document_is_not_attached() -> None:
    other = XmlSigner(KEY).sign(DOCUMENT.replace(b"second", b"third"), at=NOW)
    asked = request(signatures_in(other, name="")[0].stamped)
    with pytest.raises(UntrustedSignature, match="something else"):
        attach(SIGNED, TSA.reply(asked), asked, name="file")
    with pytest.raises(UntrustedSignature, match="something else"):
        attach(BUNDLE, TSA.reply(asked), asked, name="file")


def test_a_stamped_bundle_holds_as_before_and_only_its_container_changed() -> None:
    stamped = json.loads(_stamped(BUNDLE))
    before = json.loads(BUNDLE)
    assert stamped["objects"][0] == before["objects"][0]
    container = stamped["objects"][1]
    assert container["extensions"][names.INTEGRITY_EXTENSION].pop("timestamp")
    assert container == before["objects"][1]
    evidence = verify_objects(json.loads(_stamped(BUNDLE))["objects"], CENTER.trust(KEY), at=NOW, form="bundle")
    assert evidence.covered == 2


def test_one_of_several_signatures_is_named_and_found_again_by_its_imprint() -> None:
    found = signatures_in(TWO, name="page")
    assert [one.name for one in found] == [FIRST, SECOND]
    with pytest.raises(BadSetting, match=f"{FIRST}, {SECOND}"):
        chosen(found, None)
    stamped = _stamped(TWO, SECOND)
    assert [one.token is not None for one in signatures_in(stamped, name="page")] == [False, True]
    both = _stamped(stamped, FIRST)
    assert [moment_of(one.token or b"", one.stamped, BELIEVED) for one in signatures_in(both, name="")] == [NOW, NOW]


def test_of_two_versions_of_a_container_the_one_that_the_reply_is_about_is_stamped() -> None:
    """A page pulled with match[version]=all has both, under one id."""
    older, newer = _sealed(1), _sealed(1, modified="2026-06-02T12:00:00.000Z")
    page = json.dumps({"objects": [*older, newer[1]]}).encode()
    names_found = [one.name for one in signatures_in(page, name="page")]
    assert names_found == [f"{FIRST}@2026-06-01T12:00:00.000Z", f"{FIRST}@2026-06-02T12:00:00.000Z"]
    stamped = _stamped(page, names_found[1])
    assert [one.token is not None for one in signatures_in(stamped, name="page")] == [False, True]


@pytest.mark.parametrize("content", [b"{}", b"[1]", b'{"objects":[]}', b'{"objects":[1]}', b"text", b"<a/>", b""])
def test_a_file_without_signatures_says_so(content: bytes) -> None:
    with pytest.raises(UntrustedSignature):
        signatures_in(content, name="file")


def test_a_malformed_signature_says_so() -> None:
    integrity = {names.INTEGRITY_EXTENSION: {"jws": "a.b"}}
    with pytest.raises(UntrustedSignature, match="does not read"):
        signatures_in(json.dumps({"objects": [{"extensions": integrity}]}).encode(), name="file")


# The commands ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def root_file(tmp_path: Path) -> Path:
    path = tmp_path / "tsa-root.crt"
    path.write_bytes(ROOT.certificate.public_bytes(serialization.Encoding.PEM))
    return path


def test_the_whole_way_of_a_document(tmp_path: Path, root_file: Path) -> None:
    file, reply, stamped = tmp_path / "r.niem.xml", tmp_path / "r.tsr", tmp_path / "stamped.xml"
    file.write_bytes(SIGNED)
    assert call("timestamp", "request", file).code == 0
    asked = (tmp_path / "r.niem.xml.tsq").read_bytes()
    reply.write_bytes(TSA.reply(asked))
    attached = call(
        "timestamp", "attach", file, "--reply", reply, "--request", f"{file}.tsq", "--root", root_file, "-o", stamped
    )
    assert (attached.code, attached.err) == (0, "")
    assert "is trusted, and says 2026-06-01T12:00:00Z" in attached.out
    (shown,) = call("timestamp", "show", stamped, "--root", root_file, "--json").json
    assert (shown["moment"], shown["authority"], shown["trusted"]) == ("2026-06-01T12:00:00Z", "CN=Test TSA", True)
    assert "no timestamp" in call("timestamp", "show", file).out
    assert call("timestamp", "show", file, "--root", root_file).code == 1
    again = call("timestamp", "attach", file, "--reply", reply, "-o", stamped)
    assert again.code == 2, "an existing file is never replaced"


def test_an_authority_that_is_not_trusted_attaches_nothing(tmp_path: Path, root_file: Path) -> None:
    file, reply, stamped = tmp_path / "b.json", tmp_path / "b.tsr", tmp_path / "stamped.json"
    file.write_bytes(BUNDLE)
    call("timestamp", "request", file, "-o", tmp_path / "b.tsq")
    reply.write_bytes(timestamp_root("Other").authority().reply((tmp_path / "b.tsq").read_bytes()))
    refused = call("timestamp", "attach", file, "--reply", reply, "--root", root_file, "-o", stamped)
    assert (refused.code, stamped.exists()) == (1, False)
    assert "signature.untrusted" in refused.err


def test_any_file_can_be_timestamped_as_it_is(tmp_path: Path, root_file: Path) -> None:
    file, reply, token = tmp_path / "checkpoint", tmp_path / "c.tsr", tmp_path / "c.tst"
    file.write_bytes(b"a line of a journal\n")
    call("timestamp", "request", file, "--detached", "-o", tmp_path / "c.tsq")
    reply.write_bytes(TSA.reply((tmp_path / "c.tsq").read_bytes()))
    token.write_bytes(token_of(reply.read_bytes(), file.read_bytes()))
    for proof in (reply, token):
        verified = call("timestamp", "verify", file, "--token", proof, "--root", root_file, "--json")
        assert verified.json["moment"] == "2026-06-01T12:00:00Z"
    file.write_bytes(b"another line\n")
    assert call("timestamp", "verify", file, "--token", reply, "--root", root_file).code == 1


def test_an_empty_file_is_not_timestamped(tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    refused = call("timestamp", "request", tmp_path / "empty", "--detached")
    assert refused.code == 1
    assert "empty" in refused.err
