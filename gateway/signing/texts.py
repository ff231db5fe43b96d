"""Bytes as text, in the two alphabets of RFC 4648 that signatures use."""

import base64

__all__ = ["base64url", "from_base64url", "plain_base64"]


def base64url(data: bytes) -> str:
    """Without padding (RFC 7515, 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """The bytes; ValueError unless the text is just what `base64url` writes: one value has one text."""
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64url(data) != text:
        raise ValueError("not canonical base64url")
    return data


def plain_base64(data: bytes) -> str:
    """With padding, on one line (XML Signature 1.1, 4.1)."""
    return base64.b64encode(data).decode()
