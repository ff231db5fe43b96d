"""Documentation strings for generated schema components, made from their names.

NDR 6.0 wants every component documented (7-37, 7-38) and wants certain opening phrases (7-5x). The release's own
sentences are not ours to copy, so each string is built here from the words of the name.
"""

import re
from typing import Final

__all__ = ["of_attribute", "of_code", "of_element", "of_type", "words"]

_WORD: Final = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+D?")

_OPENINGS: Final = (
    # the last word of an element's name, what is taken off, and the sentence around the rest
    ("AugmentationPoint", "An augmentation point for {rest}."),
    ("Augmentation", "Additional information about {rest}."),
    ("Association", "An association for {rest}."),
    ("Abstract", "A data concept for {rest}."),
    ("Representation", "A data concept for a representation of {rest}."),
    ("Indicator", "True if {rest} holds; false otherwise."),
    ("Date", "A date of {rest}."),
    ("DateTime", "A date and time of {rest}."),
    ("Quantity", "A count of {rest}."),
    ("Percent", "A percentage of {rest}."),
    ("Amount", "An amount of money for {rest}."),
    ("Identification", "An identification of {rest}."),
    ("ID", "An identifier of {rest}."),
    ("Name", "A name of {rest}."),
    ("Code", "A code for {rest}."),
    ("Text", "A text for {rest}."),
    ("URI", "A URI of {rest}."),
    ("Measure", "A measure of {rest}."),
    ("Value", "A value of {rest}."),
)

_TYPE_OPENINGS: Final = (
    ("AssociationType", "A data type for an association for {rest}."),
    ("AugmentationType", "A data type for additional information about {rest}."),
    ("CodeSimpleType", "A data type for the codes for {rest}."),
    ("CodeType", "A data type for the codes for {rest}."),
    ("SimpleType", "A data type for the values of {rest}."),
    ("Type", "A data type for {rest}."),
)


def words(name: str) -> str:
    """`PersonGivenName` as 'person given name'; a run of capitals stays as it is: 'ORI'."""
    return " ".join(word if len(word) > 1 and word.isupper() else word.lower() for word in _WORD.findall(name))


def _said(name: str, openings: tuple[tuple[str, str], ...], otherwise: str) -> str:
    for ending, sentence in openings:
        rest = name.removesuffix(ending)
        if rest != name:
            return sentence.format(rest=words(rest) or "the containing object")
    return otherwise.format(rest=words(name))


def of_element(name: str) -> str:
    """One sentence for an element, opened as NDR 6.0 asks for its representation term."""
    return _said(name, _OPENINGS, "A piece of information about {rest}.")


def of_attribute(name: str) -> str:
    """One sentence for an attribute."""
    return f"An attribute for the {words(name)} of an element."


def of_type(name: str) -> str:
    """One sentence for a type. Proxy types keep the lower-case name of the XML Schema type that they carry."""
    if name[:1].islower():
        return f"A data type for values of the XML Schema type {name}."
    return _said(name, _TYPE_OPENINGS, "A data type for {rest}.")


def of_code(value: str) -> str:
    """One sentence for one code of a list."""
    return f"The code {value}."
