"""Generating the schema folder: a subset of a NIEM release, our extension, a catalog and a manifest.

    release folder + want list + extension table  ->  xsd/

Namespaces, paths and the order of components are the release's. What is left out is what the want list does not name.
Two things differ on purpose. Documentation is our own, made from names. A repeatable element before a repeatable
substitution head stands inside a choice of its own, for libxml2's sake: see `schema_markup`.
"""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Final
from xml.sax.saxutils import quoteattr

from msgspec import Struct

from gateway import names
from gateway.niem.extension import EXTENSION_FILE
from gateway.niem.extension_text import extension_document
from gateway.niem.release import Closure, Release, SchemaDocument, load_want_list
from gateway.niem.schema_text import subset_document

__all__ = ["CATALOG_FILE", "MANIFEST_FILE", "WANT_LIST_FILE", "Manifest", "generate"]

WANT_LIST_FILE: Final = "want.yaml"
MANIFEST_FILE: Final = "manifest.json"
CATALOG_FILE: Final = "xml-catalog.xml"


class Manifest(Struct, frozen=True, kw_only=True):
    """Where the schema folder comes from: each release file that was read and each file made, with its SHA-256."""

    release: str
    version: str
    want_list_sha256: str
    release_files: dict[str, str]
    generated_files: dict[str, str]


def generate(
    release_folder: Path, want_list: Path, out: Path, *, progress: Callable[[str], None] = lambda _: None
) -> Manifest:
    """Write the schema folder `out` and return its manifest; the same inputs give the same bytes.

    `release_folder` is the `xsd` folder of a NIEM 6.0 release. `progress` is told the path of each document that is
    made. Raises MissingFile, or BadSetting when the want list names what the release does not have.
    """
    want = load_want_list(want_list)
    release = Release(release_folder)
    closure = Closure(release, want)
    prefixes = sorted({name.partition(":")[0] for _, name in closure.needed})
    used = [release.documents[prefix] for prefix in release.documents if prefix in prefixes]
    texts: dict[str, str] = {}
    for document in used:
        progress(document.path)
        texts[document.path] = subset_document(release, closure, document)
    texts[EXTENSION_FILE] = extension_document(closure, used)
    texts[CATALOG_FILE] = _catalog(used)
    for path, text in texts.items():
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_text(text, encoding="utf-8", newline="\n")
    manifest = Manifest(
        release=want.release,
        version=release.version,
        want_list_sha256=_sha256(want_list.read_bytes()),
        release_files={document.path: _sha256((release_folder / document.path).read_bytes()) for document in used},
        generated_files={path: _sha256(text.encode()) for path, text in sorted(texts.items())},
    )
    readable = {field: getattr(manifest, field) for field in manifest.__struct_fields__}
    (out / MANIFEST_FILE).write_text(json.dumps(readable, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return manifest


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _catalog(used: list[SchemaDocument]) -> str:
    """An OASIS XML catalog: every namespace of the folder with its document."""
    rows = [(document.namespace, document.path) for document in used]
    rows.append((names.EXTENSION_NAMESPACE, EXTENSION_FILE))
    lines = (f"  <uri name={quoteattr(uri)} uri={quoteattr(path)}/>" for uri, path in rows)
    start = '<catalog prefer="public" xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">'
    return "\n".join(('<?xml version="1.0" encoding="UTF-8"?>', start, *lines, "</catalog>", ""))
