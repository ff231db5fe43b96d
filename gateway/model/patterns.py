"""How an observable is written and matched in STIX: its value, and the pattern that both renderings carry."""

import re
from typing import Final, NamedTuple
from urllib.parse import quote

from gateway.model.codes import ObservableType
from gateway.model.entities import Observable

__all__ = ["OBSERVABLE_FORMS", "ObservableForm", "pattern", "stix_value"]


class ObservableForm(NamedTuple):
    """The STIX type of an observable, and the algorithm where it is the hash of a file."""

    stix_type: str
    algorithm: str | None = None


OBSERVABLE_FORMS: Final[dict[ObservableType, ObservableForm]] = {
    ObservableType.IPV4: ObservableForm("ipv4-addr"),
    ObservableType.IPV6: ObservableForm("ipv6-addr"),
    ObservableType.DOMAIN: ObservableForm("domain-name"),
    ObservableType.URL: ObservableForm("url"),
    ObservableType.EMAIL: ObservableForm("email-addr"),
    ObservableType.MD5: ObservableForm("file", "MD5"),
    ObservableType.SHA1: ObservableForm("file", "SHA-1"),
    ObservableType.SHA256: ObservableForm("file", "SHA-256"),
    ObservableType.SHA512: ObservableForm("file", "SHA-512"),
}
"""STIX 2.1 cyber-observable types; hash names as in hash-algorithm-ov (10.7)."""

_URL_CHARACTERS: Final = ":/?#@!$&'()*+,;=-._~%"
_LONE_PERCENT: Final = re.compile("%(?![0-9A-Fa-f]{2})")


def stix_value(one: Observable) -> str:
    """The value as STIX takes it. A URL must be one of RFC 3986; what it may not hold is percent-encoded.

    Real lists have URLs with spaces, quotes, backslashes and letters of every script. A browser sends them encoded
    too. Brackets stand in the authority only.
    """
    if one.type is not ObservableType.URL:
        return one.value
    scheme, mark, rest = one.value.partition("://")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    host, path = rest[: len(authority)], rest[len(authority) :]
    encoded = scheme + mark + quote(host, safe=_URL_CHARACTERS + "[]") + quote(path, safe=_URL_CHARACTERS)
    return _LONE_PERCENT.sub("%25", encoded)


def pattern(one: Observable) -> str:
    """The STIX pattern (STIX 2.1, 9) that matches the observable; quotes and backslashes in the value are escaped."""
    form = OBSERVABLE_FORMS[one.type]
    path = f"hashes.'{form.algorithm}'" if form.algorithm else "value"
    literal = stix_value(one).replace("\\", "\\\\").replace("'", "\\'")
    return f"[{form.stix_type}:{path} = '{literal}']"
