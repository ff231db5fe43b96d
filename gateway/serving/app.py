"""The Flask app: TAXII, the published key set, health, metrics."""

import hmac

from flask import Flask, Response, request
from sqlalchemy.exc import SQLAlchemyError

from gateway.errors import StoreError
from gateway.serving.metrics import CONTENT_TYPE, exposition
from gateway.serving.published_keys import mount_keys
from gateway.serving.services import Services
from gateway.store.schema import require_current
from gateway.taxii.mount import mount_taxii

__all__ = ["create_app"]


def create_app(services: Services) -> Flask:
    """An app over the given services; several can live in one process."""
    app = Flask("gateway")
    mount_taxii(app, backend=services.taxii_backend, authenticator=services.authenticator)
    mount_keys(app, keys=services.keys, authorities=services.authorities)

    @app.get("/livez")
    def livez() -> Response:
        return Response("alive\n", content_type="text/plain")

    @app.get("/readyz")
    def readyz() -> Response:
        try:
            require_current(services.engine)
        except (StoreError, SQLAlchemyError):
            return Response("not ready\n", 503, content_type="text/plain")
        return Response("ready\n", content_type="text/plain")

    @app.get("/metrics")
    def metrics() -> Response:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not _is_token(token, services.metrics_token):
            return Response("a token is needed\n", 401, {"WWW-Authenticate": "Bearer"}, content_type="text/plain")
        return Response(exposition(services.vital_signs()), content_type=CONTENT_TYPE)

    return app


def _is_token(text: str, token: bytes) -> bool:
    """Whether the text is the token as its file has it: in hexadecimal."""
    return hmac.compare_digest(text.strip().encode(), token.hex().encode())
