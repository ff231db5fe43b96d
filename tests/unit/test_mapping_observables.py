"""Technical values: refanged, normalized, checked by type; private addresses refused, documentation ranges allowed."""

import pytest

from gateway.mapping.faults import CellFault
from gateway.mapping.observables import normalize_observable, refang
from gateway.model.codes import ObservableType as Type


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (Type.IPV4, "203[.]0[.]113[.]9", "203.0.113.9"),
        (Type.IPV4, "198.51.100(dot)7", "198.51.100.7"),
        (Type.IPV4, "192.0.2.255", "192.0.2.255"),
        (Type.IPV6, "2001:0DB8:0:0::00FF", "2001:db8::ff"),
        (Type.DOMAIN, "Login[.]Example[.]COM.", "login.example.com"),
        (Type.DOMAIN, "bad [dot] example [dot] org", "bad.example.org"),
        (Type.DOMAIN, "_dmarc.example.org", "_dmarc.example.org"),
        (Type.DOMAIN, "bücher.example", "xn--bcher-kva.example"),
        (Type.URL, "hxxps[:]//Bad[.]Example[.]com:8443/A?b=C#d", "https://bad.example.com:8443/A?b=C#d"),
        (Type.URL, "hXXp://203.0.113.77/gate.php", "http://203.0.113.77/gate.php"),
        (Type.URL, "http://[2001:DB8::1]/x", "http://[2001:db8::1]/x"),
        (Type.URL, "https://example.org/caf\u00e9%20x", "https://example.org/caf%C3%A9%20x"),
        (Type.EMAIL, "Billing[at]EXAMPLE[.]org", "Billing@example.org"),
        (Type.MD5, "D41D8CD98F00B204E9800998ECF8427E", "d41d8cd98f00b204e9800998ecf8427e"),
        (Type.SHA1, "a" * 40, "a" * 40),
        (Type.SHA256, " " + "B" * 64, "b" * 64),
        (Type.SHA512, "0" * 128, "0" * 128),
    ],
)
def test_one_form_for_each_value(kind: Type, text: str, expected: str) -> None:
    assert normalize_observable(kind, text) == expected
    assert normalize_observable(kind, expected) == expected


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Type.IPV4, "999.1.1.1"),
        (Type.IPV4, "203.0.113.0/24"),
        (Type.IPV4, "203.0.113.009"),
        (Type.IPV4, "2001:db8::1"),
        (Type.IPV6, "203.0.113.9"),
        (Type.IPV6, "fe80::1%eth0"),
        (Type.DOMAIN, "localhost"),
        (Type.DOMAIN, "-bad.example"),
        (Type.DOMAIN, "bad..example"),
        (Type.DOMAIN, "203.0.113.9"),
        (Type.DOMAIN, "a b.example"),
        (Type.DOMAIN, "x" * 64 + ".example"),
        (Type.DOMAIN, ".".join(["x" * 60] * 5) + ".example"),
        (Type.DOMAIN, "é" * 5000),
        (Type.URL, "example.org/path"),
        (Type.URL, "javascript:alert(1)"),
        (Type.URL, "http:///path"),
        (Type.URL, "http://example.org:99999/"),
        (Type.URL, "http://exa mple.org/"),
        (Type.URL, "http://[::1"),
        (Type.URL, "http://example.org/" + "a" * 5000),
        (Type.EMAIL, "nobody"),
        (Type.EMAIL, "a..b@example.org"),
        (Type.EMAIL, "a@localhost"),
        (Type.MD5, "g" * 32),
        (Type.MD5, "a" * 40),
        (Type.SHA256, "a" * 63),
    ],
)
def test_what_its_type_does_not_allow(kind: Type, text: str) -> None:
    with pytest.raises(CellFault) as caught:
        normalize_observable(kind, text)
    assert caught.value.code == "bad-value"
    assert text not in caught.value.problem


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Type.IPV4, "10.1.2.3"),
        (Type.IPV4, "172.16.0.1"),
        (Type.IPV4, "172.31.255.254"),
        (Type.IPV4, "192.168.1.1"),
        (Type.IPV4, "127.0.0.1"),
        (Type.IPV4, "169.254.1.1"),
        (Type.IPV4, "100.64.0.1"),
        (Type.IPV4, "224.0.0.251"),
        (Type.IPV4, "0.0.0.0"),
        (Type.IPV4, "255.255.255.255"),
        (Type.IPV6, "::1"),
        (Type.IPV6, "::"),
        (Type.IPV6, "fe80::1"),
        (Type.IPV6, "fd12:3456::1"),
        (Type.IPV6, "ff02::1"),
        (Type.IPV6, "::ffff:10.1.2.3"),
        (Type.URL, "http://192.168.1.1/admin"),
        (Type.URL, "http://[fd00::1]/"),
    ],
)
def test_addresses_that_name_nobodys_outside_are_refused(kind: Type, text: str) -> None:
    with pytest.raises(CellFault) as caught:
        normalize_observable(kind, text)
    assert caught.value.code == "private-address"


@pytest.mark.parametrize("text", ["172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.0", "11.0.0.1"])
def test_their_neighbours_are_not(text: str) -> None:
    assert normalize_observable(Type.IPV4, text) == text


def test_refanging_leaves_ordinary_text_alone() -> None:
    assert refang("https://example.org/a(b).c") == "https://example.org/a(b).c"
