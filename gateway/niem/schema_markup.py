"""The markup that all our schema documents share: tags, annotations, particles, and the frame of a document.

A repeatable element that a repeatable substitution head follows stands in a choice of its own. libxml2 accepts `h,a`
for `a*, H*` where h substitutes for H: it returns from H to the state in which a may still repeat. The choice ends that
state. It has the same language, and NDR 6.0 allows it (9-19: a choice is a child of a sequence; 9-20: it occurs once).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from posixpath import dirname, relpath
from typing import Final, NamedTuple
from xml.sax.saxutils import escape, quoteattr

__all__ = [
    "APPINFO",
    "Particle",
    "SchemaHead",
    "annotation",
    "document_text",
    "sequence",
    "tag",
    "used_prefixes",
]

_NDR: Final = "https://docs.oasis-open.org/niemopen/ns/specification/NDR/6.0/#"
_CT: Final = "https://docs.oasis-open.org/niemopen/ns/specification/conformanceTargets/6.0/"
APPINFO: Final = "https://docs.oasis-open.org/niemopen/ns/model/appinfo/6.0/"
"""Namespace of NIEM's annotations for machines. It annotates schemas and is no part of a model: nobody imports it."""

_NAMES: Final = re.compile(r' (?:base|itemType|memberTypes|ref|substitutionGroup|type|property)="([^"]*)"')


class Particle(NamedTuple):
    """A reference to an element in a sequence, with its bounds as XML Schema writes them."""

    element: str
    low: str
    high: str


class SchemaHead(NamedTuple):
    """What a schema document says of itself.

    `target` is the last part of its conformance target, empty for the structures namespace, which has none. `places`
    are the namespaces that it may name, by prefix, each with the path of its document.
    """

    namespace: str
    path: str
    target: str
    says: str
    places: Mapping[str, tuple[str, str]]


def annotation(text: str, indent: str, appinfo: Sequence[str] = ()) -> str:
    """An annotation: the definition, then what machines read."""
    machines = "".join(f"<xs:appinfo>{entry}</xs:appinfo>" for entry in appinfo)
    return f"{indent}<xs:annotation><xs:documentation>{escape(text)}</xs:documentation>{machines}</xs:annotation>"


def tag(kind: str, /, **attributes: str) -> str:
    """The inside of a start tag of XML Schema; attributes without a value are left out, `__` in a name is a colon."""
    named = {key.replace("__", ":"): value for key, value in attributes.items() if value}
    return f"xs:{kind}" + "".join(f" {key}={quoteattr(value)}" for key, value in named.items())


def sequence(particles: Sequence[Particle], heads: AbstractSet[str], indent: str) -> Iterator[str]:
    """A sequence of element references; `heads` are the elements for which others may stand in."""
    yield f"{indent}<xs:sequence>"
    for particle, following in zip(particles, (*particles[1:], None), strict=True):
        reference = f'<xs:element ref="{particle.element}" minOccurs="{particle.low}" maxOccurs="{particle.high}"/>'
        if _repeats(particle) and particle.element not in heads and _may_meet_a_head(following, heads):
            reference = f"<xs:choice>{reference}</xs:choice>"
        yield f"{indent}  {reference}"
    yield f"{indent}</xs:sequence>"


def _repeats(particle: Particle) -> bool:
    return particle.high != "1"


def _may_meet_a_head(following: Particle | None, heads: AbstractSet[str]) -> bool:
    """Whether a repeatable head comes next; after the last particle comes what a derived type begins with."""
    if following is None:
        return True
    return _repeats(following) and following.element in heads


def used_prefixes(text: str) -> frozenset[str]:
    """The prefixes of the names to which the components of a schema document refer."""
    return frozenset(name.partition(":")[0] for names in _NAMES.findall(text) for name in names.split())


def document_text(head: SchemaHead, body: Sequence[str], *, imports: AbstractSet[str], appinfo: Sequence[str]) -> str:
    """A whole schema document. `imports` are the prefixes it imports; `appinfo` is said of the document itself."""
    text = "\n".join(body)
    places = {prefix: place for prefix, place in sorted(head.places.items()) if prefix in imports}
    spaces = {prefix: namespace for prefix, (namespace, _) in places.items()}
    if head.target:
        spaces["ct"] = _CT
    if appinfo or "appinfo:" in text:
        spaces["appinfo"] = APPINFO
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<xs:schema",
        f"  targetNamespace={quoteattr(head.namespace)}",
        '  version="1"',
        '  xml:lang="en-US"',
        *([f"  ct:conformanceTargets={quoteattr(_NDR + head.target)}"] if head.target else ()),
        *(f"  xmlns:{prefix}={quoteattr(uri)}" for prefix, uri in sorted(spaces.items())),
        '  xmlns:xs="http://www.w3.org/2001/XMLSchema">',
        annotation(head.says, "  ", appinfo),
    ]
    for namespace, path in places.values():
        if namespace != head.namespace:
            here = relpath(path, dirname(head.path) or ".")
            lines.append(f"  <xs:import namespace={quoteattr(namespace)} schemaLocation={quoteattr(here)}/>")
    return "\n".join((*lines, text, "</xs:schema>", ""))
