"""Names of what may repeat: plain where it stands once, with a position where the mapping writes one or it is a later.

Nothing in a message or a text says how often a part of it may stand there; the mapping does, by how it writes the part.
"""

__all__ = ["names_of"]


def names_of(base: str, position: int, *, first_plain: bool) -> list[str]:
    """What the part at a position, from 0, may be called; its name where the mapping asks for none comes first.

    The first may be called by its plain name or by its position; `first_plain` says which of them comes first.
    """
    placed = f"{base}[{position}]"
    if position:
        return [placed]
    return [base, placed] if first_plain else [placed, base]
