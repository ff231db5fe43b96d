"""The grammar of STIX patterns (STIX 2.1, section 9): one pass over the tokens, the first fault with its place.

pattern      = observations
observations = observation *(("AND" / "OR" / "FOLLOWEDBY") observation)
observation  = ("[" comparisons "]" / "(" observations ")") *qualifier
qualifier    = "START" timestamp "STOP" timestamp / "WITHIN" number "SECONDS" / "REPEATS" integer "TIMES"
comparisons  = comparison *(("AND" / "OR") comparison)
comparison   = "(" comparisons ")" / ["NOT"] "EXISTS" path / path ["NOT"] operator operand
path         = name ":" step *("." step / "[" (integer / "*") "]")
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple, NoReturn

from gateway.stix.checks.word_list import words

__all__ = ["Comparison", "Pattern", "PatternFault", "read_pattern"]

_DEEPEST: Final = 64
"""Deepest nesting of parentheses; nobody writes more than a handful."""

_SIGNS: Final = r"==|=|!=|<>|<=|>=|<|>|\[|\]|\(|\)|:|\.|,|\*"
_TOKEN: Final = re.compile(
    r"(?P<skip>[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+|/\*(?s:.*?)\*/|//[^\r\n]*)"
    r"|(?P<timestamp>t'[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
    r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?Z')"
    r"|(?P<hex>h'(?:[0-9A-Fa-f]{2})*')"
    r"|(?P<binary>b'(?:[A-Za-z0-9+/]{4})*"
    r"(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)')"
    r"|(?P<text>'[^'\\]*(?:\\['\\][^'\\]*)*')"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_-]*)"
    r"|(?P<float>\+?[0-9]*\.[0-9]+)"
    r"|(?P<negative_float>-[0-9]*\.[0-9]+)"
    r"|(?P<integer>\+?(?:0|[1-9][0-9]*))"
    r"|(?P<negative_integer>-(?:0|[1-9][0-9]*))"
    rf"|(?P<sign>{_SIGNS})"
)
_KEYWORDS: Final = words(
    "AND OR NOT FOLLOWEDBY LIKE MATCHES ISSUPERSET ISSUBSET EXISTS LAST IN START STOP SECONDS WITHIN REPEATS TIMES"
)
_TRUTHS: Final = frozenset({"true", "false"})
_ORDERED: Final = frozenset(
    {"integer", "negative_integer", "float", "negative_float", "hex", "binary", "text", "timestamp"}
)
_PRIMITIVE: Final = _ORDERED | {"truth"}
_INDICES: Final = frozenset({"integer", "negative_integer", "*"})
_OPERANDS: Final = {
    **dict.fromkeys(("=", "==", "!=", "<>"), _PRIMITIVE),
    **dict.fromkeys(("<", "<=", ">", ">="), _ORDERED),
    **dict.fromkeys(("LIKE", "MATCHES", "ISSUBSET", "ISSUPERSET"), frozenset({"text"})),
}
"""What may stand at the right of an operator (9.6.1); `IN` takes a set and is read by itself."""

_QUALIFIERS: Final = {
    "START": (frozenset({"timestamp"}), "STOP", frozenset({"timestamp"})),
    "WITHIN": (frozenset({"integer", "float"}), "SECONDS"),
    "REPEATS": (frozenset({"integer"}), "TIMES"),
}


class PatternFault(NamedTuple):
    """Where the pattern breaks, in characters from 0, and what was to stand there."""

    position: int
    problem: str


class Comparison(NamedTuple):
    """One comparison: the object type, the steps of its path, the operator, the written operands."""

    stix_type: str
    path: tuple[str, ...]
    operator: str
    operands: tuple[str, ...]


class Pattern(NamedTuple):
    """What a pattern compares; with a fault, as far as it was read."""

    comparisons: tuple[Comparison, ...]
    fault: PatternFault | None


class _Broken(Exception):
    """Leads out of the descent; never leaves this module."""

    def __init__(self, fault: PatternFault) -> None:
        self.fault = fault
        super().__init__(fault.problem)


def read_pattern(text: str) -> Pattern:
    """The comparisons of a pattern and its first fault. Linear in the length; it raises nothing."""
    reader = _Reader(text)
    try:
        reader.pattern()
    except _Broken as broken:
        return Pattern(tuple(reader.comparisons), broken.fault)
    return Pattern(tuple(reader.comparisons), None)


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    """Kind, written form, place of each token; a keyword or sign is a kind of its own. Ends with an `end`."""
    place = 0
    while found := _TOKEN.match(text, place):
        kind, written = str(found.lastgroup), found[0]
        if kind == "name":
            kind = "truth" if written in _TRUTHS else written if written in _KEYWORDS else kind
        elif kind == "sign":
            kind = written
        if kind != "skip":
            yield kind, written, place
        place = found.end()
    yield "end" if place == len(text) else "strange", "", place


class _Reader:
    """The descent. `kind`, `written` and `place` are those of the token that is to be read next."""

    def __init__(self, text: str) -> None:
        self.comparisons: list[Comparison] = []
        self._text = text
        self._tokens = _tokens(text)
        self.kind, self.written, self.place = next(self._tokens)

    def pattern(self) -> None:
        if self._text.lstrip()[:1] not in ("[", "("):
            self._break("a square bracket that opens the first observation")
        self._observations(0)
        self._take("end", "the end, an operator or a qualifier")

    def _observations(self, depth: int) -> None:
        self._observation(depth)
        while self.kind in ("AND", "OR", "FOLLOWEDBY"):
            self._next()
            self._observation(depth)

    def _observation(self, depth: int) -> None:
        seen: set[str] | None = None
        if self.kind == "(":
            self._deeper(depth)
            self._observations(depth + 1)
            self._take(")", "a closing parenthesis")
        else:
            self._take("[", "an observation in square brackets")
            self._comparisons(0)
            self._take("]", "AND, OR or a closing square bracket")
            seen = set()
        while self.kind in _QUALIFIERS:
            self._qualifier(seen)

    def _qualifier(self, seen: set[str] | None) -> None:
        """A qualifier stands once at an observation; at a group in parentheses it may be repeated."""
        word = self.kind
        if seen is not None:
            if word in seen:
                self._break("another qualifier than one that the observation has")
            seen.add(word)
        self._next()
        for wanted in _QUALIFIERS[word]:
            if isinstance(wanted, str):
                self._take(wanted, wanted)
            else:
                self._take_one(wanted, f"what {word} counts")

    def _comparisons(self, depth: int) -> None:
        self._comparison(depth)
        while self.kind in ("AND", "OR"):
            self._next()
            self._comparison(depth)

    def _comparison(self, depth: int) -> None:
        if self.kind == "(":
            self._deeper(depth)
            self._comparisons(depth + 1)
            self._take(")", "AND, OR or a closing parenthesis")
        elif self.kind in ("NOT", "EXISTS"):
            if self.kind == "NOT":
                self._next()
            self._take("EXISTS", "EXISTS")
            self.comparisons.append(Comparison(*self._path(), "EXISTS", ()))
        else:
            stix_type, path = self._path()
            if self.kind == "NOT":
                self._next()
            operator = self.kind
            if operator == "IN":
                self._next()
                operands = self._set()
            elif operator in _OPERANDS:
                self._next()
                operands = (self._take_one(_OPERANDS[operator], "a constant that the operator takes"),)
            else:
                self._break("an operator")
            self.comparisons.append(Comparison(stix_type, path, operator, operands))

    def _path(self) -> tuple[str, tuple[str, ...]]:
        stix_type = self._take("name", "an object path")
        self._take(":", "a colon")
        steps = [self._step()]
        while self.kind in (".", "["):
            if self.kind == ".":
                self._next()
                steps.append(self._step())
            else:
                self._next()
                steps.append(f"[{self._index()}]")
                self._take("]", "a closing square bracket")
        return stix_type, tuple(steps)

    def _step(self) -> str:
        """The name of a property; with a hyphen, or any other sign that a name has not, it must be quoted (9.7)."""
        if self.kind == "name" and "-" not in self.written:
            return self._next()
        written = self._take("text", "the name of a property, quoted if it has a hyphen")
        return written[1:-1].replace("\\'", "'").replace("\\\\", "\\")

    def _index(self) -> str:
        return self._take_one(_INDICES, "a number or an asterisk").removeprefix("+")

    def _set(self) -> tuple[str, ...]:
        self._take("(", "a set in parentheses")
        found: list[str] = []
        while self.kind != ")":
            if found:
                self._take(",", "a comma or a closing parenthesis")
            found.append(self._take_one(_PRIMITIVE, "a constant"))
        self._next()
        return tuple(found)

    def _deeper(self, depth: int) -> None:
        if depth == _DEEPEST:
            self._break("fewer parentheses within parentheses")
        self._next()

    def _next(self) -> str:
        written = self.written
        self.kind, self.written, self.place = next(self._tokens)
        return written

    def _take(self, kind: str, expected: str) -> str:
        if self.kind != kind:
            self._break(expected)
        return self._next() if kind != "end" else ""

    def _take_one(self, kinds: frozenset[str], expected: str) -> str:
        if self.kind not in kinds:
            self._break(expected)
        return self._next()

    def _break(self, expected: str) -> NoReturn:
        raise _Broken(PatternFault(self.place, f"expects {expected}"))
