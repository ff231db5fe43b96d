"""Whom a signature is believed: small policies, put together into one store of trust."""

from gateway.signing.trust.store import Terms, TrustStore

__all__ = ["Terms", "TrustStore"]
