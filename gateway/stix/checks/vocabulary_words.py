"""The open vocabularies of STIX 2.1 (section 10), each with the properties that should take their words from it."""

from typing import Final, NamedTuple

from gateway.stix.checks.word_list import words

__all__ = ["HASH_ALGORITHMS", "PE_TYPES", "VOCABULARIES", "Vocabulary"]


class Vocabulary(NamedTuple):
    """One vocabulary: its clause, stix2-validator's number of the check, its words, and by type who uses it."""

    clause: str
    number: str
    words: frozenset[str]
    uses: dict[str, tuple[str, ...]]


VOCABULARIES: Final[dict[str, Vocabulary]] = {
    "account-type": Vocabulary(
        "10.1",
        "244",
        words("unix windows-local windows-domain ldap tacacs radius nis openid facebook skype twitter kavi"),
        {"user-account": ("account_type",)},
    ),
    "attack-motivation": Vocabulary(
        "10.2",
        "211",
        words("""
            accidental coercion dominance ideology notoriety organizational-gain personal-gain personal-satisfaction
            revenge unpredictable
        """),
        {
            "intrusion-set": (
                "primary_motivation",
                "secondary_motivations",
            ),
            "threat-actor": (
                "primary_motivation",
                "secondary_motivations",
                "personal_motivations",
            ),
        },
    ),
    "attack-resource-level": Vocabulary(
        "10.3",
        "212",
        words("individual club contest team organization government"),
        {"intrusion-set": ("resource_level",), "threat-actor": ("resource_level",)},
    ),
    "grouping-context": Vocabulary(
        "10.6",
        "225",
        words("suspicious-activity malware-analysis unspecified"),
        {"grouping": ("context",)},
    ),
    "identity-class": Vocabulary(
        "10.8",
        "213",
        words("individual group system organization class unknown"),
        {"identity": ("identity_class",)},
    ),
    "implementation-language": Vocabulary(
        "10.9",
        "226",
        words("""
            applescript bash c c++ c# go java javascript lua objective-c perl php powershell python ruby scala swift
            typescript visual-basic x86-32 x86-64
        """),
        {"malware": ("implementation_languages",)},
    ),
    "indicator-type": Vocabulary(
        "10.10",
        "214",
        words("anomalous-activity anonymization benign compromised malicious-activity attribution unknown"),
        {"indicator": ("indicator_types",)},
    ),
    "industry-sector": Vocabulary(
        "10.11",
        "215",
        words("""
            agriculture aerospace automotive chemical commercial communications construction defense education
            energy entertainment financial-services government emergency-services government-local
            government-national government-public-services government-regional healthcare hospitality-leisure
            infrastructure dams nuclear water insurance manufacturing mining non-profit pharmaceuticals retail
            technology telecommunications transportation utilities
        """),
        {"identity": ("sectors",)},
    ),
    "infrastructure-type": Vocabulary(
        "10.12",
        "227",
        words("""
            amplification anonymization botnet command-and-control control-system exfiltration firewall
            hosting-malware hosting-target-lists phishing reconnaissance routers-switches staging workstation
            unknown
        """),
        {"infrastructure": ("infrastructure_types",)},
    ),
    "malware-capabilities": Vocabulary(
        "10.13",
        "228",
        words("""
            accesses-remote-machines anti-debugging anti-disassembly anti-emulation anti-memory-forensics
            anti-sandbox anti-vm captures-input-peripherals captures-output-peripherals captures-system-state-data
            cleans-traces-of-infection commits-fraud communicates-with-c2 compromises-data-availability
            compromises-data-integrity compromises-system-availability controls-local-machine
            degrades-security-software degrades-system-updates determines-c2-server emails-spam escalates-privileges
            evades-av exfiltrates-data fingerprints-host hides-artifacts hides-executing-code infects-files
            infects-remote-machines installs-other-components persists-after-system-reboot prevents-artifact-access
            prevents-artifact-deletion probes-network-environment self-modifies steals-authentication-credentials
            violates-system-operational-integrity
        """),
        {"malware": ("capabilities",)},
    ),
    "malware-result": Vocabulary(
        "10.14",
        "231",
        words("malicious suspicious benign unknown"),
        {"malware-analysis": ("result",)},
    ),
    "malware-type": Vocabulary(
        "10.15",
        "216",
        words("""
            adware backdoor bot bootkit ddos downloader dropper exploit-kit keylogger ransomware
            remote-access-trojan resource-exploitation rogue-security-software rootkit screen-capture spyware trojan
            unknown virus webshell wiper worm
        """),
        {"malware": ("malware_types",)},
    ),
    "pattern-type": Vocabulary(
        "10.19",
        "245",
        words("stix pcre sigma snort suricata yara"),
        {"indicator": ("pattern_type",)},
    ),
    "processor-architecture": Vocabulary(
        "10.20",
        "230",
        words("alpha arm ia-64 mips powerpc sparc x86 x86-64"),
        {"malware": ("architecture_execution_envs",)},
    ),
    "region": Vocabulary(
        "10.21",
        "223",
        words("""
            africa eastern-africa middle-africa northern-africa southern-africa western-africa americas
            latin-america-caribbean south-america caribbean central-america northern-america asia central-asia
            eastern-asia southern-asia south-eastern-asia western-asia europe eastern-europe northern-europe
            southern-europe western-europe oceania australia-new-zealand melanesia micronesia polynesia antarctica
        """),
        {"location": ("region",)},
    ),
    "report-type": Vocabulary(
        "10.22",
        "218",
        words("""
            threat-report attack-pattern campaign identity indicator intrusion-set malware observed-data
            threat-actor tool vulnerability
        """),
        {"report": ("report_types",)},
    ),
    "threat-actor-type": Vocabulary(
        "10.23",
        "219",
        words("""
            activist competitor crime-syndicate criminal hacker insider-accidental insider-disgruntled nation-state
            sensationalist spy terrorist unknown
        """),
        {"threat-actor": ("threat_actor_types",)},
    ),
    "threat-actor-role": Vocabulary(
        "10.24",
        "220",
        words("""
            agent director independent infrastructure-architect infrastructure-operator malware-author sponsor
        """),
        {"threat-actor": ("roles",)},
    ),
    "threat-actor-sophistication": Vocabulary(
        "10.25",
        "221",
        words("none minimal intermediate advanced expert innovator strategic"),
        {"threat-actor": ("sophistication",)},
    ),
    "tool-type": Vocabulary(
        "10.26",
        "222",
        words("""
            denial-of-service exploitation information-gathering network-capture credential-exploitation
            remote-access vulnerability-scanning unknown
        """),
        {"tool": ("tool_types",)},
    ),
}
"""By name. The two vocabularies whose words are not the whole value of a property stand below."""

HASH_ALGORITHMS: Final = words("MD5 SHA-1 SHA-256 SHA-512 SHA3-256 SHA3-512 SSDEEP TLSH")
"""The keys of a hashes dictionary (10.7); a custom one begins with x_."""

PE_TYPES: Final = words("exe dll sys")
"""What the Windows PE binary extension calls a file (10.28)."""
