"""The document of a feed that brings STIX: whose it is, how it may be handled, which statements the center honours.

Such a feed has no rules for columns. An object says itself what it is.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from gateway.documents import load_document
from gateway.errors import BadSetting
from gateway.mapping.catalog import document_paths, is_of_stix
from gateway.mapping.document import SourceSpec
from gateway.mapping.marking import HandlingSpec
from gateway.mapping.sections import Expect, FeedName, Section, Zone
from gateway.model.codes import Sensitivity

__all__ = ["StixExampleSpec", "StixFeedDocument", "StixReadsSpec", "load_stix_document", "load_stix_documents"]

MarkingId = Annotated[str, Field(pattern=r"^marking-definition--[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]


class StixReadsSpec(Section):
    """The format is the standard's; nothing else about it can be chosen. `timezone` is that of `expect`."""

    format: Literal["stix"]
    timezone: Zone | None = None

    @property
    def addressed(self) -> bool:
        """Whether items are put together from parts."""
        return True


class StixExampleSpec(Section):
    """A test inside the document: a delivery as JSON, and what becomes of its first item.

    `expect` are values of the record by path; `reject` is a problem's code, `skip` the reason's.
    """

    name: str
    given: str
    expect: dict[str, str] | None = None
    reject: str | None = None
    skip: str | None = None


class StixFeedDocument(Section):
    """One feed of STIX, whole.

    `handling` holds for everything of the feed; what the objects' own markings say is added to it. A statement that
    marks objects stops them until its id is listed under `accepted_statements`: a person has read it, and the center
    can do what it asks. `carries` names the sensitive facts that the feed can hold.
    """

    mapping: FeedName
    version: Annotated[int, Field(ge=1)]
    about: str | None = None
    source: SourceSpec
    handling: HandlingSpec
    reads: StixReadsSpec
    accepted_statements: tuple[MarkingId, ...] = ()
    carries: tuple[Sensitivity, ...] | None = None
    expect: Expect | None = None
    tests: tuple[StixExampleSpec, ...] = ()

    @property
    def delivery(self) -> str:
        """Files hold changes: an object that is not among them is not gone. Producers revoke what is."""
        return "delta"

    @property
    def missing(self) -> str:
        return "keep"

    @property
    def window(self) -> str | None:
        return None

    @property
    def drops(self) -> dict[str, str]:
        return {}


def load_stix_documents(folders: Sequence[Path]) -> dict[str, StixFeedDocument]:
    """The documents of the folders that bring STIX, by feed; a later folder replaces what an earlier one has.

    Raises a ConfigurationError with the file, the key and the remedy.
    """
    found = {feed: path for feed, path in document_paths(folders).items() if is_of_stix(path)}
    return {feed: load_stix_document(path) for feed, path in found.items()}


def load_stix_document(path: Path) -> StixFeedDocument:
    """One document; its file is named for its feed. Raises a ConfigurationError as `load_stix_documents` does."""
    document = load_document(path, StixFeedDocument)
    if document.mapping != path.stem:
        raise BadSetting(
            f"mapping: '{document.mapping}' is not the file's name", where=str(path), remedy="Give both the same name"
        )
    return document
