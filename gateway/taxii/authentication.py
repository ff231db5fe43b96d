"""Who calls: a partner's secret as Bearer token, as `Token`, or as Basic password beside any user name.

medallion asks one process-wide object (`medallion.auth`). Its single callback looks up the authenticator of the app
that serves the request, so that several apps can live in one process.
"""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass

import medallion
from flask import Flask, Response, current_app, request

from gateway.sharing.documents import Partner, Register
from gateway.store.credentials import CredentialStore
from gateway.taxii.words import error_response

__all__ = ["Authenticator", "Caller", "mount_authentication"]

_EXTENSION = "gateway-authenticator"
_LONGEST_HEADER = 4096


@dataclass(frozen=True, slots=True)
class Caller:
    """The partner behind a request, and the credential that it showed."""

    partner: Partner
    credential: str


class Authenticator:
    """Finds the caller of a request. A revoked credential fails at the next request."""

    def __init__(self, credentials: CredentialStore, register: Callable[[], Register]) -> None:
        self._credentials = credentials
        self._register = register

    def caller(self, authorization: str) -> Caller | None:
        """The caller for an Authorization header; None for a missing, malformed, unknown or revoked credential."""
        secret = _secret(authorization)
        credential = self._credentials.find(secret) if secret else None
        partner = self._register().partners.get(credential.partner) if credential else None
        return Caller(partner, credential.id) if credential and partner else None


def _secret(authorization: str) -> str | None:
    scheme, _, value = authorization.partition(" ")
    if len(authorization) > _LONGEST_HEADER:
        return None
    if scheme.lower() in ("bearer", "token"):
        return value.strip()
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(value.strip(), validate=True).decode().partition(":")[2]
    except (binascii.Error, ValueError):
        return None


def mount_authentication(app: Flask, authenticator: Authenticator) -> None:
    """Let this app's requests be checked by this authenticator."""
    app.extensions[_EXTENSION] = authenticator
    medallion.auth.verify_password(_verify)
    medallion.auth.error_handler(_refuse)


def _verify(_: str, __: str) -> Caller | None:
    authenticator = current_app.extensions[_EXTENSION]
    assert isinstance(authenticator, Authenticator)
    return authenticator.caller(request.headers.get("Authorization", ""))


def _refuse(status: int) -> Response:
    response = error_response(status, "Authentication is required", "Show a valid credential")
    response.headers.add("WWW-Authenticate", 'Basic realm="taxii", charset="UTF-8"')
    response.headers.add("WWW-Authenticate", 'Bearer realm="taxii"')
    return response
