"""The access control marking of the Information Sharing Architecture (ACS 3.0), written from a handling and read back.

What is written narrows: access and further sharing are denied unless a rule permits them. What is read is understood
only as far as the tables go; a marking that says anything else is a reason not to share.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from gateway.errors import BadMarking
from gateway.model.codes import Caveat, Tlp
from gateway.model.countries import COUNTRIES
from gateway.model.cui import Cui, Dissemination
from gateway.model.handling import Handling

__all__ = [
    "ACS_EXTENSION",
    "CONTROL_WORDS",
    "HONOURED_WORDS",
    "ControlWord",
    "acs_control_set",
    "acs_facts",
    "acs_rules",
]

ACS_EXTENSION: Final = "extension-definition--3a65884d-005a-4290-8335-cb2d778a83ce"
_POLICY: Final = "urn:isa:policy:acs:ns:v3.0?privdefault=deny&sharedefault=deny"
_OPEN: Final = "urn:isa:policy:acs:ns:v3.0?privdefault=permit&sharedefault=permit"

_EVERYONE: Final = frozenset({"FOREIGNGOV", "SECTOR"})
"""Scopes of passing on that together bar nobody."""
_COUNTRIES: Final = "permitted_nationalities"
_LAW_ENFORCEMENT: Final = frozenset({Cui.LEI})
_PRIVACY: Final = frozenset({Cui.PRVCY, Cui.SP_PRVCY})


class ControlWord(NamedTuple):
    """One word of the control set, the list it stands in, and when a handling says it, in words too."""

    list: str
    word: str
    holds: Callable[[Handling], bool]
    when: str


def _is_sensitive_to_law_enforcement(handling: Handling) -> bool:
    return Caveat.LES in handling.caveats or not _LAW_ENFORCEMENT.isdisjoint(handling.cui)


CONTROL_WORDS: Final = (
    ControlWord(
        "formal_determination",
        "PUBREL",
        lambda h: h.tlp is Tlp.CLEAR and not h.cui and not h.caveats,
        "TLP:CLEAR, without CUI and caveats",
    ),
    ControlWord("formal_determination", "FOUO", lambda h: Caveat.FOUO in h.caveats, "the caveat FOUO"),
    ControlWord("formal_determination", "NF", lambda h: Dissemination.NOFORN in h.dissemination, "the control NOFORN"),
    ControlWord(
        "formal_determination",
        "NO-PII-PRESENT",
        lambda h: h.personal_information is False,
        "the record says that it holds no personal information",
    ),
    ControlWord(
        "caveat",
        "POSSIBLEPII",
        lambda h: h.personal_information is None,
        "the record does not say whether it holds personal information",
    ),
    ControlWord("sensitivity", "PCII", lambda h: Cui.SP_PCII in h.cui, "the category SP-PCII"),
    ControlWord("sensitivity", "LES", _is_sensitive_to_law_enforcement, "the caveat LES, or the category LEI"),
    ControlWord(
        "sensitivity",
        "PII",
        lambda h: h.personal_information is True or not _PRIVACY.isdisjoint(h.cui),
        "the record says that it holds personal information, or a privacy category",
    ),
    ControlWord("shareability", "LE", _is_sensitive_to_law_enforcement, "as `LES`"),
)
"""How a handling becomes the words of a control set (ISA Access Control Specification 3.0)."""


def acs_control_set(handling: Handling) -> dict[str, Any]:
    """The control set: everything is unclassified; countries where a control names them."""
    said: dict[str, Any] = {"classification": "U"}
    for row in CONTROL_WORDS:
        if row.holds(handling):
            said.setdefault(row.list, []).append(row.word)
    if handling.release_to:
        said["permitted_nationalities"] = list(handling.release_to)
    return said


def acs_rules(handling: Handling) -> dict[str, Any]:
    """The policy with its rules: who may do anything with it, and whether it may go further.

    What everybody may have is permitted to all. Otherwise access is permitted to those whom the control set names, and
    TLP:GREEN alone permits passing on.
    """
    control = acs_control_set(handling)
    if "PUBREL" in control.get("formal_determination", ()):
        return {"policy_reference": _OPEN}
    scope: dict[str, Any] = {
        name: control[name] for name in ("shareability", "permitted_nationalities") if name in control
    }
    rules: dict[str, Any] = {
        "policy_reference": _POLICY,
        "access_privilege": [
            {"privilege_action": "ALL", "privilege_scope": scope or {"entity": ["ALL"]}, "rule_effect": "permit"}
        ],
    }
    if handling.tlp is Tlp.GREEN:
        rules["further_sharing"] = [{"sharing_scope": sorted(_EVERYONE), "rule_effect": "permit"}]
    return rules


HONOURED_WORDS: Final[dict[tuple[str, str], dict[str, Any]]] = {
    ("formal_determination", "PUBREL"): {},
    ("formal_determination", "AIS"): {},
    ("formal_determination", "INFORMATION-DIRECTLY-RELATED-TO-CYBERSECURITY-THREAT"): {},
    ("formal_determination", "PII-NECESSARY-TO-UNDERSTAND-THREAT"): {"personal_information": True},
    ("formal_determination", "NO-PII-PRESENT"): {},
    ("formal_determination", "FOUO"): {"caveats": (Caveat.FOUO,)},
    ("formal_determination", "NF"): {"cui": (Cui.CUI,), "dissemination": (Dissemination.NOFORN,)},
    ("caveat", "POSSIBLEPII"): {},
    ("sensitivity", "LES"): {"caveats": (Caveat.LES,)},
    ("sensitivity", "PCII"): {"cui": (Cui.SP_PCII,)},
    ("sensitivity", "PII"): {"personal_information": True},
    ("shareability", "LE"): {"caveats": (Caveat.LES,)},
    ("entity", "ALL"): {},
    ("permitted_nationalities", "ALL"): {},
    ("permitted_organizations", "ALL"): {},
}
"""What a word of another center's control set does to the handling; any other word is one that we cannot honour."""


def acs_facts(extension: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The fields of a handling that each word of the marking asks for.

    Raises BadMarking where the content is classified, may not be passed on, or is bound by a word or rule of no table.
    """
    control = extension.get("control_set", {})
    if control.get("classification") != "U":
        raise BadMarking("the marking is a classified one", remedy="Take the content to where such content may be")
    further, privileges = extension.get("further_sharing", ()), extension.get("access_privilege", ())
    if any(rule.get("rule_effect") != "permit" for rule in (*further, *privileges)):
        raise BadMarking("the access control marking has a rule that denies", remedy="Ask its custodian what it means")
    if not (_is_open(extension) or (any(map(_reaches_everyone, further)) and any(map(_is_honoured, privileges)))):
        raise BadMarking(
            "the access control marking does not permit everyone to pass it on",
            remedy="Ask its custodian for a copy that may be shared further",
        )
    named = tuple(word for name, word in _words_of(control) if name == _COUNTRIES and word in COUNTRIES)
    countries = [{"cui": (Cui.CUI,), "release_to": named}] if named else []
    others = [(name, word) for name, word in _words_of(control) if word not in named or name != _COUNTRIES]
    return [*countries, *(_asked(name, word) for name, word in others)]


def _is_open(extension: Mapping[str, Any]) -> bool:
    """Whether the policies permit by default both access and passing on."""
    policies = str(extension.get("policy_reference", "")).split()
    return bool(policies) and all(policy == _OPEN for policy in policies)


def _reaches_everyone(rule: Mapping[str, Any]) -> bool:
    return set(rule.get("sharing_scope", ())) >= _EVERYONE


def _is_honoured(rule: Mapping[str, Any]) -> bool:
    """Whether a privilege is for all actions, and bound by nothing but words that a handling can say."""
    scope = rule.get("privilege_scope", {})
    bound = all((name, word) in HONOURED_WORDS or name == _COUNTRIES for name, word in _words_of(scope))
    return rule.get("privilege_action") == "ALL" and bound


def _words_of(held: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(name, word) for name, words in held.items() if isinstance(words, list) for word in words]


def _asked(name: str, word: str) -> dict[str, Any]:
    if (name, word) in HONOURED_WORDS:
        return HONOURED_WORDS[name, word]
    raise BadMarking(
        f"the access control marking has a word under {name} that the gateway does not know how to honour",
        remedy="Ask its custodian what it means",
    )
