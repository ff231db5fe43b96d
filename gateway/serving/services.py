"""What the served app is made of; `wiring` fills it."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine

from gateway.checkup import VitalSigns
from gateway.signing.keys import SigningKey
from gateway.taxii.authentication import Authenticator
from gateway.taxii.backend import GatewayBackend

__all__ = ["Services"]


@dataclass(frozen=True, slots=True)
class Services:
    """The services behind the app's routes."""

    taxii_backend: GatewayBackend
    authenticator: Authenticator
    signing_key: SigningKey
    engine: Engine
    vital_signs: Callable[[], VitalSigns]
    metrics_token: bytes
