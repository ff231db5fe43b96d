"""The prefixes that every message declares, on its root; the one place where NIEM's namespaces are spelled out."""

from typing import Final

from gateway import names

__all__ = ["NAMESPACES"]

_MODEL: Final = "https://docs.oasis-open.org/niemopen/ns/model/"

NAMESPACES: Final = {
    "cui": f"{_MODEL}auxiliary/cui/6.0/",
    "cyber": f"{_MODEL}domains/cyber/6.0/",
    "em": f"{_MODEL}domains/emergencyManagement/6.0/",
    names.EXTENSION_PREFIX: names.EXTENSION_NAMESPACE,
    "genc": f"{_MODEL}codes/genc/6.0/",
    "j": f"{_MODEL}domains/justice/6.0/",
    "nc": f"{_MODEL}niem-core/6.0/",
    "structures": f"{_MODEL}structures/6.0/",
    "unece": f"{_MODEL}codes/unece_rec20/6.0/",
    "usps": f"{_MODEL}codes/usps/6.0/",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
"""Prefix to namespace, prefixes in order."""
