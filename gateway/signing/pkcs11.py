"""Private keys in hardware, by way of PKCS #11: the key signs in its token and never leaves it."""

import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from gateway.errors import BadSetting, KeyUnavailable
from gateway.signing.algorithms import KeyKind, SignatureAlgorithm, kind_of
from gateway.signing.issuing import PublicKey
from gateway.signing.keys import SigningKey, key_id
from gateway.signing.private_files import find_secret, read_private
from gateway.signing.profiles import SigningProfile
from gateway.signing.ring import Token

if TYPE_CHECKING:
    from pkcs11 import Session

__all__ = ["PIN_VARIABLE", "TokenDescription", "TokenKey", "describe_token", "load_token_key", "public_key_of"]

PIN_VARIABLE: Final = "GATEWAY_TOKEN_PIN_FILE"
"""Names the file with the PIN of tokens whose keys have no PIN file of their own."""

_REMEDIES: Final[Mapping[str, str]] = {
    "PinIncorrect": "Correct the PIN file: a token locks itself after a few wrong tries",
    "PinLenRange": "Correct the PIN file",
    "PinInvalid": "Correct the PIN file",
    "PinLocked": "Have the token's security officer unlock it",
    "PinExpired": "Set a new PIN with the token's own tool",
    "UserPinNotInitialized": "Set a PIN with the token's own tool",
    "NoSuchToken": "Check the token's label in ring.yaml, and that the device is there",
    "TokenNotPresent": "Check that the device is there",
    "MultipleTokensReturned": "Give each token a label of its own",
    "NoSuchKey": "Check the key's label or id in ring.yaml",
    "MultipleObjectsReturned": "Name the key by its id too: several have this label",
    "MechanismInvalid": "Choose a profile that the token can sign with",
}
"""By the name of the module's error: what an operator can do."""


class TokenDescription(NamedTuple):
    """What a token's module says of itself."""

    module: str
    manufacturer: str
    token: str


class TokenKey:
    """A private key in a token. Safe to use from several threads: they take turns.

    The session is opened at the first signature. When it breaks, for example because the device was restarted, it is
    opened once more for the same signature; a second failure is told.
    """

    def __init__(self, token: Token, algorithm: SignatureAlgorithm, *, pin_file: Path) -> None:
        self._token = token
        self._algorithm = algorithm
        self._pin_file = pin_file
        self._lock = threading.Lock()
        self._session: Session | None = None
        self._held: Any = None

    def sign(self, data: bytes) -> bytes:
        """The signature: r and s side by side for ECDSA, PKCS #1 v1.5 for RSA. Raises KeyUnavailable."""
        from pkcs11.exceptions import PKCS11Error

        with self._lock:
            try:
                return self._sign(data)
            except PKCS11Error:
                self._close()
            try:
                return self._sign(data)
            except PKCS11Error as error:
                self._close()
                raise _unavailable(self._token, error) from None

    def require_belongs(self, certificate: x509.Certificate) -> None:
        """Raises BadSetting unless a signature of the key verifies with the certificate; KeyUnavailable as `sign`."""
        challenge = b"gateway: does this key belong to its certificate?"
        signature = self.sign(challenge)
        try:
            self._algorithm.verify(certificate.public_key(), signature, challenge)
        except (InvalidSignature, ValueError):
            raise BadSetting(
                "the certificate does not belong to the key in the token", where=_where(self._token), remedy="See both"
            ) from None

    def _sign(self, data: bytes) -> bytes:
        from pkcs11 import KeyType, Mechanism, ObjectClass

        if self._held is None:
            self._session = _open_session(self._token, self._pin_file)
            self._held = self._session.get_key(
                object_class=ObjectClass.PRIVATE_KEY,
                key_type=KeyType.RSA if self._algorithm.kind is KeyKind.RSA else KeyType.EC,
                **_names(self._token),
            )
        if self._algorithm.kind is KeyKind.RSA:
            return bytes(self._held.sign(data, mechanism=Mechanism.SHA256_RSA_PKCS))
        assert self._algorithm.hash is not None
        digest = hashes.Hash(self._algorithm.hash)  # tokens that hash ECDSA's data themselves are few
        digest.update(data)
        return bytes(self._held.sign(digest.finalize(), mechanism=Mechanism.ECDSA))

    def _close(self) -> None:
        from pkcs11.exceptions import PKCS11Error

        session, self._session, self._held = self._session, None, None
        if session is not None:
            try:
                session.close()
            except PKCS11Error:
                return  # it is what broke


def load_token_key(
    token: Token,
    chain: tuple[x509.Certificate, ...],
    profile: SigningProfile,
    *,
    folder: Path,
    environment: Mapping[str, str] = os.environ,
) -> SigningKey:
    """The signing key in a token, tried once: a wrong PIN shows at the start, not at the first record.

    The PIN comes from `KID.pin` in the folder, from the systemd credential of that name, or from the file that
    GATEWAY_TOKEN_PIN_FILE names. Raises KeyUnavailable, UnsafeKeyFile or BadSetting.
    """
    kid = key_id(chain[0])
    if profile.algorithm.kind is KeyKind.ED25519 or kind_of(chain[0].public_key()) is not profile.algorithm.kind:
        raise BadSetting(f"no key in a token signs for {profile.name} here", where=kid, remedy="Use another profile")
    key = TokenKey(token, profile.algorithm, pin_file=_pin_file(token, kid, folder, environment))
    key.require_belongs(chain[0])
    return SigningKey(key, chain, profile, kid)


def public_key_of(token: Token, pin_file: Path) -> PublicKey:
    """The public half of the key, which the token has to hold too. Raises KeyUnavailable or BadSetting."""
    from pkcs11 import Attribute, KeyType, ObjectClass
    from pkcs11.exceptions import PKCS11Error
    from pkcs11.util.ec import encode_ec_public_key

    try:
        with _open_session(token, pin_file) as session:
            public: Any = session.get_key(object_class=ObjectClass.PUBLIC_KEY, **_names(token))
            if public.key_type is KeyType.RSA:
                n, e = (int.from_bytes(public[name]) for name in (Attribute.MODULUS, Attribute.PUBLIC_EXPONENT))
                return rsa.RSAPublicNumbers(e, n).public_key()
            found = serialization.load_der_public_key(encode_ec_public_key(public))
    except PKCS11Error as error:
        raise _unavailable(token, error) from None
    if not isinstance(found, PublicKey) or kind_of(found) is None:
        raise BadSetting("no signing profile is for such a key", where=_where(token), remedy="Make another key")
    return found


def describe_token(token: Token) -> TokenDescription:
    """Whose module it is, and which token it reaches; no PIN is needed. Raises KeyUnavailable."""
    from pkcs11.exceptions import PKCS11Error

    try:
        library = _library(token)
        found = library.get_token(token_label=token.token)
        return TokenDescription(token.module, str(library.manufacturer_id).strip(), str(found.label).strip())
    except PKCS11Error as error:
        raise _unavailable(token, error) from None


def _pin_file(token: Token, kid: str, folder: Path, environment: Mapping[str, str]) -> Path:
    """The file with the PIN for a key. Raises BadSetting when there is none."""
    name = f"{kid}.pin"
    found = find_secret(name, folder, environment, PIN_VARIABLE)
    if found is None:
        raise BadSetting(
            "the PIN of the token is not there",
            where=_where(token),
            remedy=f"Put it into {name} beside the certificate, or name its file in {PIN_VARIABLE}",
        )
    return found


def _open_session(token: Token, pin_file: Path) -> Any:
    from pkcs11.exceptions import UserAlreadyLoggedIn

    found = _library(token).get_token(token_label=token.token)
    try:
        return found.open(user_pin=read_private(pin_file).decode(errors="replace").rstrip("\r\n"))
    except UserAlreadyLoggedIn:  # a process logs in once for all of its sessions with a token (PKCS #11, 5.6)
        return found.open()


def _library(token: Token) -> Any:
    try:
        import pkcs11

        return pkcs11.lib(token.module)
    except ImportError as error:
        raise KeyUnavailable("python-pkcs11 is not installed", where=_where(token), remedy="Install it") from error
    except (RuntimeError, OSError) as error:
        if type(error).__module__.startswith("pkcs11") and type(error).__name__ in _REMEDIES:
            raise
        raise KeyUnavailable(
            "the PKCS #11 module does not load", where=_where(token), remedy="Check its path in ring.yaml"
        ) from None


def _names(token: Token) -> dict[str, Any]:
    names: dict[str, Any] = {"label": token.key} if token.key else {}
    return names | ({"id": bytes.fromhex(token.id)} if token.id else {})


def _unavailable(token: Token, error: Exception) -> KeyUnavailable:
    """The module's error in our words; its name alone is kept, since a module's text may say anything."""
    name = type(error).__name__
    return KeyUnavailable(
        f"the token does not sign ({name})", where=_where(token), remedy=_REMEDIES.get(name, "Look at the device")
    )


def _where(token: Token) -> str:
    return f"token {token.token}, key {token.key or token.id}"
