"""What the center publishes of its keys: the key set, the certificates, the list of revoked ones."""

from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding
from flask import Flask, Response

from gateway.errors import ConfigurationError
from gateway.signing.key_folder import pem
from gateway.signing.key_set import key_set
from gateway.signing.keys import load_certificates
from gateway.signing.revocation_list import load_revocation_list
from gateway.signing.signers import LiveKeys

__all__ = ["mount_keys"]


def mount_keys(app: Flask, *, keys: LiveKeys, authorities: Path) -> None:
    """Put `/keys`, `/keys/certificates` and `/keys/crl` into the app. They are public, and read anew when they change.

    `authorities` is the folder with `root.crt` and `crl.pem`.
    """

    @app.get("/keys")
    def published() -> Response:
        return Response(key_set(keys.ring().published()), content_type="application/jwk-set+json")

    @app.get("/keys/certificates")
    def certificates() -> Response:
        everything = (*keys.ring().certificates(), *load_certificates(authorities / "root.crt"))
        return Response(pem(*everything), content_type="application/x-pem-file")

    @app.get("/keys/crl")
    def revoked() -> Response:
        try:
            found = load_revocation_list(authorities)
        except ConfigurationError:
            return Response("no revocation list is published\n", 404, content_type="text/plain")
        return Response(found.public_bytes(Encoding.DER), content_type="application/pkix-crl")
