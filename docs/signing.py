"""The tables of the page on signing."""

from docs.markdown import code, table
from gateway.signing.accepted import ACCEPTED
from gateway.signing.profiles import DEFAULT_PROFILE, PROFILES, SigningProfile, XmlForm

__all__ = ["accepted_sets", "signing_profiles"]

_FORMS = {
    XmlForm.NONE: "signs none",
    XmlForm.PLAIN: "XML Signature alone",
    XmlForm.XADES_B: "XAdES baseline B",
}


def signing_profiles() -> str:
    """Every profile that a key may be made for."""
    rows = [
        (_named(profile), _key(profile), code(profile.algorithm.jws_name), _FORMS[profile.xml], profile.cite)
        for profile in PROFILES.values()
    ]
    return table(("Profile", "Key", "JWS", "XML", "Standards"), rows)


def accepted_sets() -> str:
    """What is read, by the name that a trust policy gives."""
    rows = [
        (
            code(one.name),
            ", ".join(sorted(code(algorithm.name) for algorithm in one.algorithms)),
            ", ".join(sorted(code(uri.rpartition("/")[2]) for uri in one.canonicalizations)),
            f"{one.least_rsa_bits} bits",
            one.cite,
        )
        for one in ACCEPTED.values()
    ]
    return table(("Set", "Algorithms", "Canonicalizations", "RSA from", "Source"), rows)


def _named(profile: SigningProfile) -> str:
    return f"{code(profile.name)} (default)" if profile is DEFAULT_PROFILE else code(profile.name)


def _key(profile: SigningProfile) -> str:
    return f"{profile.algorithm.kind}, {profile.rsa_bits} bits" if profile.rsa_bits else str(profile.algorithm.kind)
