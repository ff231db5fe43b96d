"""The error tree. Every leaf has a code for machines, and says where, what and what to do next for people.

    GatewayError
    ├── ConfigurationError          the call or the configuration is wrong
    │   ├── UnknownKey              a YAML key that is not in the vocabulary
    │   ├── BadDocument             a YAML document that does not read
    │   ├── BadSetting              a value outside its range or type
    │   ├── MissingFile             a file or folder that should be there
    │   ├── UnsafeKeyFile           a private key that others can read
    │   └── KeyUnavailable          a key in a token that cannot be used
    ├── InputError                  what an agency delivered
    │   ├── UnreadableDelivery      the file as a whole cannot be read
    │   ├── DeliveryTooLarge        the file passes a limit
    │   ├── DeliveryChanged         the file was being written while it was read
    │   └── BadMarking              a banner or portion mark that says what no table knows
    ├── RenderingError              a record cannot be written in a standard's form
    ├── InvalidDocument             a rendered document breaks its standard
    ├── UntrustedSignature          a signature that does not hold
    │   ├── UnknownSigner           nothing leads from the key to a root that is believed
    │   ├── SignerNotAllowed        the certificate is for something else, or for another center or kind
    │   ├── OutsideValidity         the time of signing does not fit the certificate, or is not proven
    │   ├── RevokedSigner           the certificate or the key was taken back
    │   ├── RevocationUnknown       nobody says that the certificate was not taken back
    │   ├── UnreadableContent       what was signed is no document of the exchange
    │   └── NotCovered              objects that no signature vouches for
    ├── SharingError                an agreement, a partner or a review forbids it
    │   ├── NotPermitted            the decision was a refusal
    │   └── ReviewRefused           an approval that may not be given
    └── StoreError                  the database says no
        ├── NotHeld                 no such record, delivery or item
        └── LeaseLost               another worker has taken the item over

Rows and cells are not exceptions: a file goes on past a bad row. They are `Problem` values, collected.
"""

from typing import ClassVar


class GatewayError(Exception):
    """Something the gateway refuses to do, with the place and the remedy."""

    code: ClassVar[str] = "gateway.error"

    def __init__(self, problem: str, *, where: str = "", remedy: str = "") -> None:
        self.problem = problem
        self.where = where
        self.remedy = remedy
        super().__init__(problem)

    def __str__(self) -> str:
        place = f"{_on_one_line(self.where)}: " if self.where else ""
        return place + " ".join(sentence(text) for text in (self.problem, self.remedy) if text)


def _on_one_line(where: str) -> str:
    """The place may be an id of a hostile file: it starts no line of its own, and moves no cursor."""
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in where)


def sentence(text: str) -> str:
    """The text with a full stop, unless it ends a sentence already."""
    return text if text.endswith((".", "?", "!")) else f"{text}."


class ConfigurationError(GatewayError):
    """The call or the configuration is wrong."""

    code = "configuration.error"


class UnknownKey(ConfigurationError):
    """A key that the vocabulary of the document does not have."""

    code = "configuration.unknown-key"


class BadDocument(ConfigurationError):
    """A document that does not parse, repeats a key, or has the wrong shape."""

    code = "configuration.bad-document"


class BadSetting(ConfigurationError):
    """A value of the wrong type or outside its range."""

    code = "configuration.bad-setting"


class MissingFile(ConfigurationError):
    """A file or folder that should be there."""

    code = "configuration.missing-file"


class UnsafeKeyFile(ConfigurationError):
    """A private key file that others than its owner can read, or that lies in a work tree of git."""

    code = "configuration.unsafe-key-file"


class KeyUnavailable(ConfigurationError):
    """A key in a hardware token that cannot be reached or used."""

    code = "configuration.key-unavailable"


class InputError(GatewayError):
    """Something is wrong with what an agency delivered."""

    code = "input.error"


class UnreadableDelivery(InputError):
    """The delivered file as a whole cannot be read; its bytes are kept."""

    code = "input.unreadable"


class DeliveryTooLarge(InputError):
    """The delivered file passes a resource limit."""

    code = "input.too-large"


class DeliveryChanged(InputError):
    """The file changed between its first byte and its last; nothing of it was taken."""

    code = "input.changed"


class BadMarking(InputError):
    """A control marking that does not read. It may forbid sharing, so what carries it goes nowhere."""

    code = "input.bad-marking"


class RenderingError(GatewayError):
    """A record cannot be written in a standard's form, for example for a character that XML has no way to carry."""

    code = "rendering.error"


class InvalidDocument(GatewayError):
    """A rendered document breaks its standard; it never leaves the gateway."""

    code = "rendering.invalid"


class UntrustedSignature(GatewayError):
    """A signature that does not hold, or whose key is not trusted."""

    code = "signature.untrusted"


class UnknownSigner(UntrustedSignature):
    """The key is not known, or its certificate leads to no root that the policy believes."""

    code = "signature.unknown-signer"


class SignerNotAllowed(UntrustedSignature):
    """The certificate may not sign this: it is for another purpose, center, kind or algorithm."""

    code = "signature.not-allowed"


class OutsideValidity(UntrustedSignature):
    """The time of signing lies outside the certificate's validity, or is not proven where it has to be."""

    code = "signature.outside-validity"


class RevokedSigner(UntrustedSignature):
    """The certificate or its key was taken back, and the signature is not shown to be older."""

    code = "signature.revoked"


class RevocationUnknown(UntrustedSignature):
    """The policy asks for revocation information, and there is none that holds at the time asked about."""

    code = "signature.revocation-unknown"


class UnreadableContent(UntrustedSignature):
    """What was signed is no document of the exchange, or may be read in more than one way."""

    code = "signature.unreadable-content"


class NotCovered(UntrustedSignature):
    """Objects that no signature vouches for."""

    code = "signature.not-covered"


class SharingError(GatewayError):
    """An agreement, a partner's standing or a review forbids it."""

    code = "sharing.error"


class NotPermitted(SharingError):
    """The decision was a refusal; the message names the clause."""

    code = "sharing.not-permitted"


class ReviewRefused(SharingError):
    """An approval that may not be given: same person twice, another version, nothing waiting."""

    code = "sharing.review-refused"


class StoreError(GatewayError):
    """The store cannot do what was asked."""

    code = "store.error"


class NotHeld(StoreError):
    """No such record, delivery, item or view is held."""

    code = "store.not-held"


class LeaseLost(StoreError):
    """Another worker has taken the item over; nothing was written."""

    code = "store.lease-lost"
