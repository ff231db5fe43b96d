"""Sets of words, written down as one text with spaces between them."""

__all__ = ["words"]


def words(text: str) -> frozenset[str]:
    """The words of the text."""
    return frozenset(text.split())
