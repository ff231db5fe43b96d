"""Technical values: refanged, brought to one form, checked by type, and refused where they name nobody's outside.

People write indicators so that nobody clicks them by accident (hxxp, [.], (dot)); here they become what they mean.
"""

import ipaddress
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import quote, urlsplit

from gateway.mapping.faults import CellFault
from gateway.model.codes import ObservableType

__all__ = ["REFUSED_NETWORKS", "normalize_observable", "refang"]

REFUSED_NETWORKS: Final = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8",  # this network (RFC 791)
        "10.0.0.0/8",  # private (RFC 1918)
        "100.64.0.0/10",  # carrier-grade NAT (RFC 6598)
        "127.0.0.0/8",  # loopback (RFC 1122)
        "169.254.0.0/16",  # link-local (RFC 3927)
        "172.16.0.0/12",  # private (RFC 1918)
        "192.168.0.0/16",  # private (RFC 1918)
        "224.0.0.0/4",  # multicast (RFC 5771)
        "255.255.255.255/32",  # limited broadcast (RFC 919)
        "::/128",  # unspecified (RFC 4291)
        "::1/128",  # loopback (RFC 4291)
        "fc00::/7",  # unique local (RFC 4193)
        "fe80::/10",  # link-local (RFC 4291)
        "ff00::/8",  # multicast (RFC 4291)
    )
)
"""Addresses that mean a different machine to every reader: no indicator. Documentation ranges are allowed."""

_DOT: Final = re.compile(r"\s*[\[({]\s*(?:\.|dot)\s*[\])}]\s*", re.IGNORECASE)
_AT: Final = re.compile(r"\s*[\[({]\s*(?:@|at)\s*[\])}]\s*", re.IGNORECASE)
_SCHEME: Final = re.compile(r"^(?:h(?:xx|\*\*|tt)p|meow)(s?)\b", re.IGNORECASE)
_LABEL: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)").fullmatch
_LAST_LABEL: Final = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{1,59}").fullmatch
_LOCAL_PART: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}").fullmatch
_HEXADECIMAL: Final = re.compile(r"[0-9a-f]+").fullmatch
_SCHEMES: Final = frozenset({"http", "https", "ftp", "ftps", "sftp", "ssh", "tcp", "udp", "ws", "wss", "ldap", "ldaps"})
_HASH_DIGITS: Final = {
    ObservableType.MD5: 32,
    ObservableType.SHA1: 40,
    ObservableType.SHA256: 64,
    ObservableType.SHA512: 128,
}
_URL_CHARACTERS: Final = 4096
_URL_SAFE: Final = "%!#$&'()*+,-./:;=?@[]_~"


def refang(text: str) -> str:
    """A defanged value as it is meant: `hxxps[:]//bad[.]example` is `https://bad.example`."""
    text = _DOT.sub(".", text.strip())
    text = text.replace("[://]", "://").replace("(://)", "://").replace("[:]//", "://").replace("(:)//", "://")
    return _SCHEME.sub(r"http\1", text, count=1)


def normalize_observable(kind: ObservableType, text: str) -> str:
    """The one form of a technical value. Raises CellFault: bad-value, or private-address."""
    return _NORMALIZERS[kind](refang(text), kind)


def _bad(kind: ObservableType, why: str) -> CellFault:
    return CellFault("bad-value", f"the value is no {kind.value}: {why}", "Correct the value or its type")


def _address(text: str, kind: ObservableType) -> str:
    parse = ipaddress.IPv4Address if kind is ObservableType.IPV4 else ipaddress.IPv6Address
    try:
        address = parse(text)
    except ValueError as error:
        raise _bad(kind, "it does not read as an address") from error
    if isinstance(address, ipaddress.IPv6Address) and address.scope_id is not None:
        raise _bad(kind, "it names an interface of its writer's machine")
    _refuse_private(address)
    return str(address)


def _refuse_private(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if any(address.version == network.version and address in network for network in REFUSED_NETWORKS):
        raise CellFault(
            "private-address",
            "the address is private, local or multicast and names no outside machine",
            "Remove the indicator: it would block the reader's own network",
        )


def _domain(text: str, kind: ObservableType) -> str:
    name = text.lower().removesuffix(".")
    if len(name) > 253:
        raise _bad(kind, "it is too long")
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii")
        except UnicodeError as error:
            raise _bad(kind, "it has no form that the domain name system carries") from error
    labels = name.split(".")
    if len(name) > 253 or len(labels) < 2 or not all(_LABEL(label) for label in labels):
        raise _bad(kind, "it does not read as a domain name")
    if not _LAST_LABEL(labels[-1]):
        raise _bad(kind, "its last part is no top-level domain")
    return name


def _host(text: str, kind: ObservableType) -> str:
    """A URL's host: an address in brackets or plain, or a domain name."""
    if ":" in text:
        return f"[{_address(text, ObservableType.IPV6)}]"
    if re.fullmatch(r"[0-9.]+", text):
        return _address(text, ObservableType.IPV4)
    return _domain(text, kind)


def _url(text: str, kind: ObservableType) -> str:
    if len(text) > _URL_CHARACTERS:
        raise _bad(kind, "it is too long")
    if re.search(r"[\x00-\x20\x7f\\<>\"]", text):
        raise _bad(kind, "it holds blanks or characters that a URL does not have")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise _bad(kind, "it does not read as a URL") from error
    scheme = parts.scheme.lower()
    if scheme not in _SCHEMES or not host:
        raise _bad(kind, "it has no scheme that is known here, or no host")
    user = parts.netloc.rpartition("@")[0]
    place = (f"{user}@" if user else "") + _host(host, kind) + (f":{port}" if port is not None else "")
    rest = text.split("://", 1)[1][len(parts.netloc) :]
    return f"{scheme}://{quote(place, safe=_URL_SAFE)}{quote(rest, safe=_URL_SAFE)}"


def _email(text: str, kind: ObservableType) -> str:
    local, at, domain = _AT.sub("@", text).rpartition("@")
    if not at or not _LOCAL_PART(local) or local.startswith(".") or local.endswith(".") or ".." in local:
        raise _bad(kind, "it does not read as an e-mail address")
    return f"{local}@{_domain(domain, kind)}"


def _hash(text: str, kind: ObservableType) -> str:
    digits = text.lower()
    if len(digits) != _HASH_DIGITS[kind] or not _HEXADECIMAL(digits):
        raise _bad(kind, f"it needs {_HASH_DIGITS[kind]} hexadecimal digits")
    return digits


_NORMALIZERS: Final[Mapping[ObservableType, Callable[[str, ObservableType], str]]] = MappingProxyType(
    {
        ObservableType.IPV4: _address,
        ObservableType.IPV6: _address,
        ObservableType.DOMAIN: _domain,
        ObservableType.URL: _url,
        ObservableType.EMAIL: _email,
        **dict.fromkeys(_HASH_DIGITS, _hash),
    }
)
