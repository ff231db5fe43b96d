"""NIEM messages as JSON and back: the rules of NDR 6.0, section 13, and the two directions.

A message and its JSON say the same. `docs/adr/0015-niem-json.md` tells what was chosen where the NDR leaves a choice.
"""

from typing import Final, NamedTuple

from gateway.niem.faults import InvalidMessage
from gateway.niem.json_reading import JsonReader
from gateway.niem.json_writing import JsonWriter
from gateway.niem.message_shapes import Shapes
from gateway.niem.safe_xml import SafeParser
from gateway.niem.schema_index import SchemaIndex

__all__ = ["JSON_RULES", "JsonRule", "MessageJson"]


class JsonRule(NamedTuple):
    """One rule: its number, what it asks in our words, and how reading a message holds it."""

    number: str
    asks: str
    held_by: str


JSON_RULES: Final = (
    JsonRule("13-1", "A message is one JSON object.", "strict parsing of UTF-8; size, depth and numbers are bounded"),
    JsonRule(
        "13-2", "A message is JSON-LD.", "keywords that NIEM uses, with the values they may have; each member once"
    ),
    JsonRule(
        "13-3",
        "A message is valid against the schema of its format.",
        "the form of each value while reading, then all checks of the XML message that it becomes",
    ),
    JsonRule(
        "13-4",
        "The context maps the prefixes of the message model to its namespaces.",
        "an embedded context is asked for, and nothing in it but prefixes of the model's namespaces",
    ),
    JsonRule("13-5", "Every member is a keyword or a property of the model.", "the class of the object around it"),
    JsonRule(
        "13-6",
        "Objects with the same @id are the same object.",
        "the first that says something has the structures:id, the others refer to it",
    ),
    JsonRule("13-7", "No @id where the reference code is NONE.", "rules 12-4 to 12-6 of the XML message"),
    JsonRule(
        "13-8", "Objects with the same @id have a class in common.", "rule 12-10 of the XML message, which asks more"
    ),
)


class MessageJson:
    """Converts messages of a schema folder in both directions. Build one and share it."""

    def __init__(self, index: SchemaIndex) -> None:
        shapes = Shapes(index)
        self._parser = SafeParser()
        self._writer = JsonWriter(index, shapes)
        self._reader = JsonReader(index, shapes)

    def to_json(self, document: bytes) -> bytes:
        """An XML message as JSON-LD in UTF-8. `from_json` gives the message back, equal in canonical form.

        Comments, blanks between elements, a schema location and empty augmentation elements are not carried: they say
        nothing. Raises InvalidMessage for what does not parse or is no message of the schema folder; whether a message
        is valid is for `MessageChecker` to say.
        """
        root, faults = self._parser.parsed(document)
        if root is None:
            raise InvalidMessage(faults, where="NIEM message")
        return self._writer.written(root)

    def from_json(self, text: bytes) -> bytes:
        """A JSON message as XML in UTF-8. Raises InvalidMessage with one fault, which has the path to what is wrong.

        The XML still has to be checked: this reads any JSON whose names and literals are those of the message model.
        """
        return self._reader.read(text)
