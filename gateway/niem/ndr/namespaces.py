"""NDR 6.0, section 8: namespaces, what they are called and what they assert of themselves."""

import re
from collections.abc import Iterator
from typing import Any, Final

from gateway.niem.ndr.documents import NDR_TARGET, SchemaFile, SchemaSet, Standing
from gateway.niem.ndr.rule import EXTENSION, SUBSET, Check, RuleRow, at, by_reading, must, should

__all__ = ["NAMESPACES"]

_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9._~:/?@!$&'()*+,;=%\[\]-]+")
_VERSION: Final = r"[0-9]+(\.[0-9]+)*[A-Za-z0-9.+-]*"
_VERSIONED_URL: Final = re.compile(rf".*/{_VERSION}/")
_VERSIONED_URN: Final = re.compile(rf"urn:.*:{_VERSION}")
_OWNED_BY_NIEM: Final = ("https://docs.oasis-open.org/niemopen/", "http://release.niem.gov/")
_LANGUAGE: Final = "[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$"
_AGAINST_RELEASE: Final = "It compares with the reference namespace, which a message specification need not hold."


def _namespace(holds: Any) -> Check:
    """The root of a document whose namespace is not as it should be."""

    def check(file: SchemaFile, _: SchemaSet) -> Iterator[Any]:
        if not holds(file.namespace):
            yield file.root

    return check


def _versioned(namespace: str) -> bool:
    pattern = _VERSIONED_URN if namespace.startswith("urn:") else _VERSIONED_URL
    return pattern.fullmatch(namespace) is not None


def _without_prefix(file: SchemaFile, _: SchemaSet) -> Iterator[Any]:
    if not any(prefix and uri == file.namespace for prefix, uri in file.root.nsmap.items()):
        yield file.root


def _asserts(standing: Standing) -> Check:
    """Documents of that standing that do not assert it, and others that do."""

    def check(file: SchemaFile, _: SchemaSet) -> Iterator[Any]:
        if (NDR_TARGET + standing in file.targets) != (file.standing is standing):
            yield file.root

    return check


NAMESPACES: Final[tuple[RuleRow, ...]] = (
    must("8-1", "The target namespace is an absolute URI.", _namespace(lambda uri: _ABSOLUTE.fullmatch(uri))),
    must(
        "8-2",
        "The target namespace is owned by its author; NIEM's own are not for extensions.",
        _namespace(lambda uri: not uri.startswith(_OWNED_BY_NIEM)),
        applies=EXTENSION,
    ),
    should(
        "8-3",
        "A target namespace that is no URN ends in a slash.",
        _namespace(lambda uri: uri.startswith("urn:") or uri.endswith("/")),
    ),
    should("8-4", "The target namespace ends in a version.", _namespace(_versioned)),
    by_reading(
        "8-5",
        "The version in the namespace follows semantic versioning.",
        "Whether a change was a great one is a matter of meaning; NIEM's own versions have two numbers.",
    ),
    must("8-6", "The document declares a prefix for its target namespace.", _without_prefix),
    must("8-7", "The document has a version.", at("self::*[not(normalize-space(@version))]")),
    must("8-8", "The document says its language.", at(f"self::*[not(n:like(@xml:lang, '{_LANGUAGE}'))]")),
    must("8-9", "Reference namespaces, and no others, assert that they are.", _asserts(Standing.REFERENCE)),
    must("8-13", "Extension namespaces, and no others, assert that they are.", _asserts(Standing.EXTENSION)),
    must(
        "8-14",
        "A reference code in an extension namespace is ANY.",
        at("//*[@appinfo:referenceCode][@appinfo:referenceCode != 'ANY']"),
        applies=EXTENSION,
    ),
    must(
        "8-15",
        "A subset namespace asserts that it is one.",
        at(f"self::*[not(contains(concat(' ', @ct:conformanceTargets, ' '), '{NDR_TARGET}{Standing.SUBSET} '))]"),
        applies=SUBSET,
    ),
    by_reading("8-16", "The namespace of a subset exists in full somewhere.", _AGAINST_RELEASE, applies=SUBSET),
    by_reading("8-17", "A subset widens nothing.", _AGAINST_RELEASE, applies=SUBSET),
    by_reading("8-18", "A subset holds nothing that its namespace has not.", _AGAINST_RELEASE, applies=SUBSET),
    by_reading("8-19", "A subset defines its components as its namespace does.", _AGAINST_RELEASE, applies=SUBSET),
)
