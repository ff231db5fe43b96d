"""Putting TAXII onto a Flask app: medallion's blueprints, our backend, our authentication, our error words."""

import medallion
from flask import Flask

from gateway import limits
from gateway.taxii.authentication import Authenticator, mount_authentication
from gateway.taxii.backend import GatewayBackend, RawJsonProvider
from gateway.taxii.negotiation import Negotiation
from gateway.taxii.words import register_error_words

__all__ = ["mount_taxii"]


def mount_taxii(app: Flask, *, backend: GatewayBackend, authenticator: Authenticator) -> None:
    """Serve TAXII 2.1 from this app. Nothing of medallion is patched; its views read these attributes of the app."""
    app.json = RawJsonProvider(app)
    app.medallion_backend = backend  # type: ignore[attr-defined]
    app.taxii_config = {"max_page_size": limits.PAGE_OBJECTS}  # type: ignore[attr-defined]
    app.users_backend = {}  # type: ignore[attr-defined]
    mount_authentication(app, authenticator)
    register_error_words(app)
    medallion.register_blueprints(app)
    app.wsgi_app = Negotiation(app.wsgi_app)  # type: ignore[method-assign]
