"""Putting a package together: schemas, samples, documents, and the catalog that names them all."""

from pathlib import Path
from typing import Final

from lxml import etree

from gateway import names
from gateway.config import shipped
from gateway.errors import MissingFile
from gateway.model.kinds import KINDS
from gateway.niem.extension import EXTENSION_FILE
from gateway.niem.iepd.archive import packed
from gateway.niem.iepd.catalog import CATALOG_FILE, Artifact, Identity, MessageTarget, catalog_text
from gateway.niem.iepd.prose import change_log, conformance, read_me
from gateway.niem.iepd.samples import Sample, samples
from gateway.niem.message_guide import message_guide
from gateway.niem.ndr.checker import findings
from gateway.niem.ndr.documents import SchemaSet
from gateway.niem.subset import CATALOG_FILE as XML_CATALOG
from gateway.niem.subset import MANIFEST_FILE, WANT_LIST_FILE

__all__ = ["IDENTITY", "build_package", "package_files", "package_name", "sample_records"]

IDENTITY: Final = Identity(
    uri=f"{names.BASE_URI}niem/iepd/fusion-exchange/1.0/",
    name="fusion-exchange",
    version="1.0",
    authority="Fusion Exchange Gateway",
    created="2026-11-22",
    status="Draft",
    says="Messages by which fusion centers share records with the partners of their agreements.",
)
"""Who the package is. The version is raised, with a row of the change log, when a message changes its form."""

_SCHEMAS: Final = "xsd"
_CATALOG_URI: Final = "{urn:oasis:names:tc:entity:xmlns:xml:catalog}uri"


def package_name(identity: Identity = IDENTITY) -> str:
    """The root folder of the package, and its file name without the ending."""
    return f"{identity.name}-{identity.version}"


def sample_records() -> Path:
    """Where the invented records lie from which the samples are made."""
    return Path(__file__).resolve().parents[2] / "examples" / "records"


def build_package(schemas: Path | None = None, records: Path | None = None) -> bytes:
    """The package as a ZIP archive; the same schemas and records give the same bytes.

    Raises MissingFile, BadDocument or RenderingError.
    """
    return packed(package_name(), package_files(schemas or shipped("xsd"), records or sample_records()))


def package_files(schemas: Path, records: Path) -> dict[str, bytes]:
    """Every file of the package by its path below the root folder."""
    made = tuple(samples(records, schemas))
    texts = _schema_documents(schemas)
    found = findings(SchemaSet.of_texts(texts))
    files = {
        **{f"{_SCHEMAS}/{path}": text for path, text in texts.items()},
        **{sample.path: sample.text for sample in made},
        XML_CATALOG: _xml_catalog(schemas / XML_CATALOG),
        MANIFEST_FILE: (schemas / MANIFEST_FILE).read_bytes(),
        "wantlist.yaml": (schemas / WANT_LIST_FILE).read_bytes(),
        "readme.md": read_me(IDENTITY).encode(),
        "changelog.md": change_log(IDENTITY).encode(),
        "conformance.md": conformance(IDENTITY, found).encode(),
        "messages.md": message_guide().encode(),
    }
    catalog = catalog_text(
        IDENTITY,
        _targets(made),
        _artifacts(texts, made),
        xml_catalog=XML_CATALOG,
        prefixes={names.EXTENSION_PREFIX: names.EXTENSION_NAMESPACE},
    )
    return files | {CATALOG_FILE: catalog.encode()}


def _schema_documents(folder: Path) -> dict[str, bytes]:
    paths = sorted(folder.rglob("*.xsd"))
    if not (folder / EXTENSION_FILE).is_file():
        raise MissingFile("there are no schemas", where=str(folder), remedy="Run `gateway iepd subset`")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def _xml_catalog(path: Path) -> bytes:
    """The XML catalog of the schema folder, as it reads one level up."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    tree = etree.parse(str(path), parser)
    for entry in tree.getroot().iter(_CATALOG_URI):
        entry.set("uri", f"{_SCHEMAS}/{entry.get('uri')}")
    written: bytes = etree.tostring(tree, encoding="UTF-8", xml_declaration=True)
    return written + b"\n"


def _targets(made: tuple[Sample, ...]) -> tuple[MessageTarget, ...]:
    """One class of messages for each root element."""
    by_root: dict[str, list[Sample]] = {}
    for sample in made:
        by_root.setdefault(KINDS[sample.kind].niem_root or "", []).append(sample)
    return tuple(
        MessageTarget(
            id=root,
            says=f"{KINDS[own[0].kind].title}.",
            root=f"{names.EXTENSION_PREFIX}:{root}",
            samples=tuple(sample.path for sample in own if sample.element == "IEPSampleXMLDocument"),
        )
        for root, own in by_root.items()
    )


def _artifacts(texts: dict[str, bytes], made: tuple[Sample, ...]) -> tuple[Artifact, ...]:
    listed = [
        Artifact("ReadMe", "readme.md"),
        Artifact("IEPDChangeLog", "changelog.md"),
        Artifact("ConformanceAssertion", "conformance.md"),
        Artifact("Documentation", "messages.md"),
        Artifact("Wantlist", "wantlist.yaml"),
        Artifact("ApplicationInfo", MANIFEST_FILE),
    ]
    for path in sorted(texts):
        kind = "Extension" if path == EXTENSION_FILE else "Subset"
        listed.append(Artifact(f"{kind}SchemaDocument", f"{_SCHEMAS}/{path}"))
    others = (sample for sample in made if sample.element != "IEPSampleXMLDocument")
    return (*listed, *(Artifact(sample.element, sample.path) for sample in others))
