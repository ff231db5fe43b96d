"""What the served app is made of; `wiring` fills it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from gateway.checkup import VitalSigns
from gateway.signing.signers import LiveKeys
from gateway.taxii.authentication import Authenticator
from gateway.taxii.backend import GatewayBackend

__all__ = ["Services"]


@dataclass(frozen=True, slots=True)
class Services:
    """The services behind the app's routes. `authorities` is the folder of root certificate and revocation list."""

    taxii_backend: GatewayBackend
    authenticator: Authenticator
    keys: LiveKeys
    authorities: Path
    engine: Engine
    vital_signs: Callable[[], VitalSigns]
    metrics_token: bytes
