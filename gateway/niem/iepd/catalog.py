"""The catalog of a package, `iepd-catalog.xml`: what each file is, and what a message must be (IEPD 5.0, section 5)."""

from typing import Final, NamedTuple
from xml.sax.saxutils import escape, quoteattr

__all__ = [
    "CATALOG_FILE",
    "CATALOG_NAMESPACE",
    "CONFORMANCE_TARGETS",
    "NC5",
    "STRUCTURES5",
    "Artifact",
    "Identity",
    "MessageTarget",
    "catalog_text",
]

CATALOG_FILE: Final = "iepd-catalog.xml"
CATALOG_NAMESPACE: Final = "http://reference.niem.gov/niem/resource/iepd/catalog/5.0/"
NC5: Final = "http://release.niem.gov/niem/niem-core/5.0/"
STRUCTURES5: Final = "http://release.niem.gov/niem/structures/5.0/"
"""The catalog is a message of NIEM 5, whatever the version of the messages that it speaks of."""

CONFORMANCE_TARGETS: Final = (
    "http://reference.niem.gov/niem/specification/iepd/5.0/#IEPD",
    "http://reference.niem.gov/niem/specification/model-package-description/5.0/#IEPD",
)
"""What a package asserts of itself; both spellings are in use, we write the first."""


class Identity(NamedTuple):
    """Who a package is and whose: `created` is a day (ISO 8601)."""

    uri: str
    name: str
    version: str
    authority: str
    created: str
    status: str
    says: str


class Artifact(NamedTuple):
    """One file of the package and what it is: the local name of its element in the catalog."""

    element: str
    path: str


class MessageTarget(NamedTuple):
    """One class of messages: its name in the catalog, its root element, and the samples of it."""

    id: str
    says: str
    root: str
    samples: tuple[str, ...]


def catalog_text(
    identity: Identity,
    targets: tuple[MessageTarget, ...],
    artifacts: tuple[Artifact, ...],
    *,
    xml_catalog: str,
    prefixes: dict[str, str],
) -> str:
    """The catalog document. `prefixes` are those of the root elements' names."""
    spaces = {"c": CATALOG_NAMESPACE, "nc": NC5, "structures": STRUCTURES5, **prefixes}
    declared = "".join(f"\n  xmlns:{prefix}={quoteattr(uri)}" for prefix, uri in sorted(spaces.items()))
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<c:IEPDCatalog{declared}",
        f"  c:iepdURI={quoteattr(identity.uri)}",
        f"  c:iepdName={quoteattr(identity.name)}",
        f"  c:iepdVersionID={quoteattr(identity.version)}",
        f"  c:iepdConformanceTargetIdentifierURIList={quoteattr(CONFORMANCE_TARGETS[0])}>",
        f"  <nc:DescriptionText>{escape(identity.says)}</nc:DescriptionText>",
        "  <c:IEPDInformation>",
        "    <c:AuthoritativeSource>",
        "      <nc:EntityOrganization>",
        f"        <nc:OrganizationName>{escape(identity.authority)}</nc:OrganizationName>",
        "      </nc:EntityOrganization>",
        "    </c:AuthoritativeSource>",
        f"    <c:CreationDate>{identity.created}</c:CreationDate>",
        f"    <c:StatusText>{escape(identity.status)}</c:StatusText>",
        "  </c:IEPDInformation>",
    ]
    for target in targets:
        lines += [
            f"  <c:IEPConformanceTarget structures:id={quoteattr(target.id)}>",
            f"    <nc:DescriptionText>{escape(target.says)}</nc:DescriptionText>",
            f"    <c:HasDocumentElement c:qualifiedNameList={quoteattr(target.root)}/>",
            f"    <c:XMLSchemaValid><c:XMLCatalog c:pathURI={quoteattr(xml_catalog)}/></c:XMLSchemaValid>",
            *(f"    <c:IEPSampleXMLDocument c:pathURI={quoteattr(path)}/>" for path in target.samples),
            "  </c:IEPConformanceTarget>",
        ]
    lines += [f"  <c:{artifact.element} c:pathURI={quoteattr(artifact.path)}/>" for artifact in artifacts]
    return "\n".join((*lines, "</c:IEPDCatalog>", ""))
