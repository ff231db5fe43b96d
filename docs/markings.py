"""The tables of the page on markings."""

from typing import Any

from docs.markdown import code, table
from gateway.model.cui import PORTION_CONTROLS, Cui, Dissemination
from gateway.sharing.dissemination import CONTROL_ROWS
from gateway.stix.acs import CONTROL_WORDS, HONOURED_WORDS

__all__ = ["categories", "controls", "honoured_words", "written_words"]


def categories() -> str:
    """Every category of controlled unclassified information."""
    return table(("Marking", "Category"), [(code(one.value), one.registry_name) for one in Cui])


def controls() -> str:
    """Every dissemination control with the clause that applies it."""
    clauses = {row.control: (code(row.clause), row.wants) for row in CONTROL_ROWS}
    rows = [(code(one.value), code(PORTION_CONTROLS[one]), *clauses[one]) for one in Dissemination]
    return table(("Control", "In a portion mark", "Clause", "Passes to"), rows)


def written_words() -> str:
    """The words that our own access control markings can have."""
    rows = [(code(row.list), code(row.word), row.when) for row in CONTROL_WORDS]
    return table(("List", "Word", "Said of"), [("`classification`", "`U`", "everything"), *rows])


def honoured_words() -> str:
    """The words of others' access control markings that are honoured, with what they ask for."""
    rows = [(code(name), code(word), _asked(facts)) for (name, word), facts in HONOURED_WORDS.items()]
    return table(("List", "Word", "What it adds to the handling"), rows)


def _asked(facts: dict[str, Any]) -> str:
    said = [f"{name}: {'true' if value is True else ', '.join(map(str, value))}" for name, value in facts.items()]
    return code("; ".join(said)) if said else "nothing"
