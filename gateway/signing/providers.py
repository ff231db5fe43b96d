"""Which cryptographic software signs here, reported as exactly what was looked at."""

import hashlib
import ssl
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from cryptography.hazmat.backends.openssl import backend

from gateway.errors import ConfigurationError
from gateway.signing.pkcs11 import describe_token
from gateway.signing.ring import KeyState, Ring

__all__ = ["NOT_DETERMINED", "Provider", "providers"]

NOT_DETERMINED = "not determined"


class Provider(NamedTuple):
    """What does the work; `fips` is yes, no or not determined, what OpenSSL answered when asked.

    A module in FIPS mode is one condition of many. Nothing here says that anything is compliant or validated; whoever
    needs that reads the module's certificate.
    """

    work: str
    software: str
    fips: str
    is_reached: bool = True


def providers(ring: Ring, at: datetime) -> tuple[Provider, ...]:
    """For keys in files, for each token, and for TLS."""
    current = [key for kid, key in ring.keys.items() if ring.state_of(kid, at) is KeyState.SIGNING]
    found = []
    if any(key.token is None for key in current):
        library = f"cryptography with its own {backend.openssl_version_text()}"
        found.append(Provider("signing with keys in files", library, _asked(lambda: backend._fips_enabled)))
    for token in dict.fromkeys(key.token for key in current if key.token is not None):
        try:
            told = describe_token(token)
            software = f"{told.module} of {told.manufacturer or 'an unnamed maker'}, token {told.token}"
            found.append(Provider("signing in a token", software, f"{NOT_DETERMINED}: PKCS #11 does not tell"))
        except ConfigurationError as error:
            found.append(Provider("signing in a token", str(error), NOT_DETERMINED, is_reached=False))
    return (*found, Provider("TLS", f"Python's ssl with {ssl.OPENSSL_VERSION}", _asked(_refuses_md5)))


def _refuses_md5() -> bool:
    """Whether the OpenSSL under Python refuses MD5 for security, as it does where only FIPS algorithms are served."""
    try:
        hashlib.md5(usedforsecurity=True)  # noqa: S324 - nothing is digested
    except ValueError:
        return True
    return False


def _asked(question: Callable[[], object]) -> str:
    try:
        answer = question()
    except Exception:  # a private name of another library: it may go at any release
        return NOT_DETERMINED
    return {True: "yes", False: "no"}.get(answer, NOT_DETERMINED) if isinstance(answer, bool) else NOT_DETERMINED
