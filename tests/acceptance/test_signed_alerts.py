"""What is known of two real signed alerts: their signatures cannot be believed, and each set says plainly why."""

from pathlib import Path

import pytest
from lxml import etree

from gateway.errors import UntrustedSignature
from gateway.signing.accepted import LEGACY_SHA1_2008, STRICT_2026, Accepted
from gateway.signing.xml_verification import read_xml

_DS = "{http://www.w3.org/2000/09/xmldsig#}"


def alert(shared_data: Path, name: str) -> bytes:
    return (shared_data / "niem" / "cap" / "testdata" / f"{name}_signed.cap").read_bytes()


@pytest.mark.parametrize("accepted", [STRICT_2026, LEGACY_SHA1_2008], ids=lambda accepted: accepted.name)
def test_an_alert_with_the_signatures_of_two_agencies_is_refused(shared_data: Path, accepted: Accepted) -> None:
    """The issuer signed, then the distributor over that. Which of the two should count is nobody's to guess."""
    with pytest.raises(UntrustedSignature, match="holds 2 signatures"):
        read_xml(alert(shared_data, "canada"), accepted)


def test_both_agencies_signed_with_sha1(shared_data: Path) -> None:
    root = etree.fromstring(alert(shared_data, "canada"))
    methods = [method.get("Algorithm") for method in root.iter(f"{_DS}SignatureMethod")]
    assert methods == ["http://www.w3.org/2000/09/xmldsig#rsa-sha1"] * 2


def test_an_alert_under_sha1_is_refused_by_the_strict_set(shared_data: Path) -> None:
    with pytest.raises(UntrustedSignature, match="algorithm is not accepted by strict-2026"):
        read_xml(alert(shared_data, "earthquake"), STRICT_2026)


def test_the_legacy_set_reads_it_up_to_a_key_that_nobody_is_named_for(shared_data: Path) -> None:
    """It brings a bare RSA key and no certificate: whoever made the alert could have made the key."""
    content = alert(shared_data, "earthquake")
    assert b"RSAKeyValue" in content
    with pytest.raises(UntrustedSignature, match="names no certificate"):
        read_xml(content, LEGACY_SHA1_2008)
