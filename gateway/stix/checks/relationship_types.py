"""The relationship types of STIX 2.1 (5.1.1): from which type to which."""

from typing import Final

from gateway.stix.checks.word_list import words

__all__ = ["COMMON", "RELATIONSHIPS", "WITHOUT_RULES"]

COMMON: Final = frozenset({"derived-from", "duplicate-of", "related-to"})
"""Between any two objects (3.7)."""

WITHOUT_RULES: Final = frozenset(
    {"bundle", "extension-definition", "language-content", "marking-definition", "relationship", "sighting"}
)
"""Types that no relationship of the table begins or ends at."""

RELATIONSHIPS: Final = {
    ("attack-pattern", "delivers"): words("malware"),
    ("attack-pattern", "targets"): words("location vulnerability identity"),
    ("attack-pattern", "uses"): words("malware tool"),
    ("campaign", "attributed-to"): words("intrusion-set threat-actor"),
    ("campaign", "compromises"): words("infrastructure"),
    ("campaign", "originates-from"): words("location"),
    ("campaign", "targets"): words("location identity vulnerability"),
    ("campaign", "uses"): words("attack-pattern infrastructure malware tool"),
    ("course-of-action", "investigates"): words("indicator"),
    ("course-of-action", "mitigates"): words("attack-pattern indicator malware tool vulnerability"),
    ("course-of-action", "remediates"): words("malware vulnerability"),
    ("domain-name", "resolves-to"): words("domain-name ipv4-addr ipv6-addr"),
    ("identity", "located-at"): words("location"),
    ("indicator", "indicates"): words(
        """
        attack-pattern campaign infrastructure intrusion-set malware threat-actor tool
        """
    ),
    ("indicator", "based-on"): words("observed-data"),
    ("infrastructure", "communicates-with"): words("infrastructure ipv4-addr ipv6-addr domain-name url"),
    ("infrastructure", "consists-of"): words(
        """
        infrastructure observed-data artifact autonomous-system directory domain-name email-addr email-message file
        ipv4-addr ipv6-addr mac-addr mutex network-traffic process software url user-account windows-registry-key
        x509-certificate
        """
    ),
    ("infrastructure", "controls"): words("infrastructure malware"),
    ("infrastructure", "delivers"): words("malware"),
    ("infrastructure", "has"): words("vulnerability"),
    ("infrastructure", "hosts"): words("tool malware"),
    ("infrastructure", "located-at"): words("location"),
    ("infrastructure", "uses"): words("infrastructure"),
    ("intrusion-set", "attributed-to"): words("threat-actor"),
    ("intrusion-set", "compromises"): words("infrastructure"),
    ("intrusion-set", "hosts"): words("infrastructure"),
    ("intrusion-set", "originates-from"): words("location"),
    ("intrusion-set", "owns"): words("infrastructure"),
    ("intrusion-set", "targets"): words("identity location vulnerability"),
    ("intrusion-set", "uses"): words("attack-pattern infrastructure malware tool"),
    ("ipv4-addr", "resolves-to"): words("mac-addr"),
    ("ipv4-addr", "belongs-to"): words("autonomous-system"),
    ("ipv6-addr", "resolves-to"): words("mac-addr"),
    ("ipv6-addr", "belongs-to"): words("autonomous-system"),
    ("malware", "authored-by"): words("threat-actor intrusion-set"),
    ("malware", "beacons-to"): words("infrastructure"),
    ("malware", "exfiltrates-to"): words("infrastructure"),
    ("malware", "communicates-with"): words("ipv4-addr ipv6-addr domain-name url"),
    ("malware", "controls"): words("malware"),
    ("malware", "downloads"): words("malware file tool"),
    ("malware", "drops"): words("malware file tool"),
    ("malware", "exploits"): words("vulnerability"),
    ("malware", "originates-from"): words("location"),
    ("malware", "targets"): words("identity infrastructure location"),
    ("malware", "uses"): words("attack-pattern infrastructure malware tool"),
    ("malware", "variant-of"): words("malware"),
    ("malware-analysis", "characterizes"): words("malware"),
    ("malware-analysis", "analysis-of"): words("malware"),
    ("malware-analysis", "static-analysis-of"): words("malware"),
    ("malware-analysis", "dynamic-analysis-of"): words("malware"),
    ("threat-actor", "attributed-to"): words("identity"),
    ("threat-actor", "compromises"): words("infrastructure"),
    ("threat-actor", "hosts"): words("infrastructure"),
    ("threat-actor", "owns"): words("infrastructure"),
    ("threat-actor", "impersonates"): words("identity"),
    ("threat-actor", "located-at"): words("location"),
    ("threat-actor", "targets"): words("identity location vulnerability"),
    ("threat-actor", "uses"): words("attack-pattern infrastructure malware tool"),
    ("tool", "delivers"): words("malware"),
    ("tool", "drops"): words("malware"),
    ("tool", "uses"): words("infrastructure"),
    ("tool", "has"): words("vulnerability"),
    ("tool", "targets"): words("identity infrastructure location vulnerability"),
    ("vulnerability", "impacts"): words("infrastructure"),
}
"""By source type and relationship type: the target types."""
