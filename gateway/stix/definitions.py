"""What each property of our extensions means: the record's own definitions, and those of what only STIX needs."""

from typing import Final, NamedTuple

from msgspec import Struct

from gateway.model.dictionary import DICTIONARY, Definition, Definitions
from gateway.model.entities import Entity, Original
from gateway.model.handling import Handling
from gateway.model.provenance import Provenance
from gateway.model.record import Record
from gateway.model.relations import Relation
from gateway.stix.extensions import (
    IntegrityFacts,
    ManifestEntry,
    OriginalFacts,
    PassedOn,
    ProvenanceFacts,
    RecordFacts,
    RoleFacts,
)

__all__ = ["AS_TEXT", "OWN", "Declared", "declared"]

OWN: Final[dict[type[Struct], Definitions]] = {
    IntegrityFacts: {
        "canonicalization": Definition("How objects are written before they are digested or signed.", "RFC 8785"),
        "digest_alg": Definition("Algorithm of the manifest's digests.", "FIPS 180-4"),
        "key_id": Definition("Name of the key that signed, as the header of the signature has it.", "RFC 7515, 4.1.4"),
        "signed": Definition("Signing time, in UTC, as the signer states it."),
        "manifest": Definition("Every other object that was published with the container, with its digest."),
        "jws": Definition(
            "Detached signature over the canonical form of the container without this property and the timestamp.",
            "RFC 7515, appendix F",
        ),
        "timestamp": Definition(
            "Token of a time-stamp authority over the signature's text, DER, in base64url without padding.", "RFC 3161"
        ),
    },
    ManifestEntry: {
        "ref": Definition("Id of an object that the signature covers.", "STIX 2.1, 2.9"),
        "digest": Definition("SHA-256 of the object's canonical form, in base64url without padding."),
        "modified": Definition(
            "Version of the object that was digested, in UTC; observables and markings have none.", "STIX 2.1, 3.6"
        ),
    },
    PassedOn: {
        "is_object": Definition("True when the object is published under its own id and has the content."),
        "is_stated": Definition("True when the entity that it stands for has no object but this one."),
    },
}
"""Definitions of properties that no field of the record stands behind."""

AS_TEXT: Final = "As text, because a JSON number would round it or the standard property cannot stand alone: "
"""What stands before the definition of a decimal that is written here as text."""

_SAME_AS: Final[dict[type[Struct], tuple[type[Struct], ...]]] = {
    OriginalFacts: (Entity, Original),
    ProvenanceFacts: (Provenance,),
    RecordFacts: (Record, Handling),
    RoleFacts: (Relation,),
}
"""Types that repeat the fields of others under the same names."""


class Declared(NamedTuple):
    """A property's definition, and the type that declares it."""

    owner: type[Struct]
    definition: Definition


def declared(facts: type[Struct], name: str) -> Declared:
    """Where a property of an extension is defined. Raises KeyError for one that nobody defined."""
    for owner in (*facts.__mro__, *_SAME_AS.get(facts, ())):
        found = OWN.get(owner, DICTIONARY.get(owner, {})).get(name)
        if found is not None:
            return Declared(owner, found)
    raise KeyError(f"{facts.__name__}.{name}")
