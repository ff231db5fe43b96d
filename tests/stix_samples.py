"""A sound object of every STIX 2.1 type with every predefined extension, all invented.

Names are of the reserved domains, addresses of the documentation ranges. `samples` gives fresh copies, for tests
damage them.
"""

import base64
import copy
import hashlib
import uuid
from typing import Any

__all__ = ["CENTER_ID", "bundle_of", "observable_id", "sample", "samples"]

_SPACE = uuid.UUID("7b0d2a3e-5a31-4d52-9a43-0a4f0c1f6c55")
_CREATED = "2026-03-04T15:06:07.120Z"
_MODIFIED = "2026-03-05T09:00:00.000Z"
_EARLY, _LATE = "2026-03-01T08:00:00Z", "2026-03-02T09:30:00Z"
_SHA256 = hashlib.sha256(b"sample").hexdigest()
_HASHES = {"MD5": "0" * 32, "SHA-1": "1" * 40, "SHA-256": _SHA256, "SHA-512": "2" * 128}


def random_id(stix_type: str, name: str = "") -> str:
    """An id with a UUID of version 4, always the same for the same name."""
    drawn = bytearray(uuid.uuid5(_SPACE, f"{stix_type} {name}").bytes)
    drawn[6] = (drawn[6] & 0x0F) | 0x40
    return f"{stix_type}--{uuid.UUID(bytes=bytes(drawn))}"


def observable_id(stix_type: str, name: str = "") -> str:
    """An id with a UUID of version 5."""
    return f"{stix_type}--{uuid.uuid5(_SPACE, f'{stix_type} {name}')}"


CENTER_ID = random_id("identity", "center")
_MARKING = random_id("marking-definition", "statement")
_EXTENSION = random_id("extension-definition", "shift")


def _domain(stix_type: str, /, **own: Any) -> dict[str, Any]:
    return {
        "type": stix_type,
        "spec_version": "2.1",
        "id": random_id(stix_type),
        "created_by_ref": CENTER_ID,
        "created": _CREATED,
        "modified": _MODIFIED,
        "object_marking_refs": [_MARKING],
        **own,
    }


def _observable(stix_type: str, variant: str = "", /, **own: Any) -> dict[str, Any]:
    return {"type": stix_type, "spec_version": "2.1", "id": observable_id(stix_type, variant), **own}


_CHAIN = [{"kill_chain_name": "example-chain", "phase_name": "initial-access"}]
_REFERENCE = {
    "source_name": "Example Advisory",
    "url": "https://advisories.example/2026-17",
    "hashes": {"SHA-256": _SHA256},
    "external_id": "EX-2026-17",
}

_DOMAINS: tuple[dict[str, Any], ...] = (
    _domain("attack-pattern", name="Forged invoice", aliases=["Paper lure"], kill_chain_phases=_CHAIN),
    _domain(
        "campaign", name="Winter invoices", objective="Payments", first_seen=_EARLY, last_seen=_LATE, aliases=["W"]
    ),
    _domain("course-of-action", name="Call back", description="Call the known number before a payment."),
    _domain("grouping", name="Sightings", context="suspicious-activity", object_refs=[CENTER_ID]),
    _domain(
        "identity",
        name="Example Fusion Center",
        id=CENTER_ID,
        identity_class="organization",
        sectors=["government-regional", "emergency-services"],
        roles=["producer"],
        contact_information="desk@center.example",
        lang="en-US",
        labels=["example"],
        confidence=80,
        external_references=[_REFERENCE],
        granular_markings=[
            {"marking_ref": _MARKING, "selectors": ["name", "sectors.[1]", "external_references.[0].url"]}
        ],
    ),
    _domain(
        "incident",
        name="Payment to a stranger",
        description="Reported by the payer.",
        extensions={_EXTENSION: {"extension_type": "property-extension", "shift_name": "night", "shift_hours": 8}},
    ),
    _domain(
        "indicator",
        name="A host of the campaign",
        description="Seen in two reports.",
        indicator_types=["malicious-activity", "anonymization"],
        pattern="([ipv4-addr:value = '198.51.100.7' OR domain-name:value IN ('a.example', 'b.example')]"
        " FOLLOWEDBY [file:hashes.'SHA-256' = '" + _SHA256 + "' AND file:size > 10]) WITHIN 600 SECONDS",
        pattern_type="stix",
        pattern_version="2.1",
        valid_from=_EARLY,
        valid_until=_LATE,
        kill_chain_phases=_CHAIN,
    ),
    _domain(
        "infrastructure",
        name="A relay",
        aliases=["R1"],
        infrastructure_types=["command-and-control"],
        first_seen=_EARLY,
        last_seen=_LATE,
        kill_chain_phases=_CHAIN,
    ),
    _domain(
        "intrusion-set",
        name="Example Set",
        aliases=["Set One"],
        first_seen=_EARLY,
        last_seen=_LATE,
        goals=["money"],
        resource_level="organization",
        primary_motivation="personal-gain",
        secondary_motivations=["notoriety"],
    ),
    _domain(
        "location",
        name="Harbor",
        region="northern-america",
        country="US",
        administrative_area="US-WA",
        city="Exampleton",
        latitude=47.5,
        longitude=-122.25,
        precision=500,
    ),
    _domain(
        "malware",
        name="Examplebot",
        is_family=False,
        malware_types=["bot", "downloader"],
        aliases=["Ebot"],
        first_seen=_EARLY,
        last_seen=_LATE,
        kill_chain_phases=_CHAIN,
        architecture_execution_envs=["x86-64"],
        implementation_languages=["c++"],
        capabilities=["anti-vm"],
        operating_system_refs=[observable_id("software")],
        sample_refs=[observable_id("file")],
    ),
    _domain(
        "malware-analysis",
        product="example-scanner",
        version="4.1",
        modules=["unpack"],
        submitted=_EARLY,
        analysis_started=_EARLY,
        analysis_ended=_LATE,
        result="malicious",
        result_name="Ebot.A",
        sample_ref=observable_id("file"),
    ),
    _domain("note", abstract="Shift note", content="Nothing new.", authors=["desk"], object_refs=[CENTER_ID]),
    _domain(
        "observed-data",
        first_observed=_EARLY,
        last_observed=_LATE,
        number_observed=3,
        object_refs=[observable_id("ipv4-addr"), observable_id("domain-name")],
    ),
    _domain("opinion", opinion="agree", explanation="Same host.", authors=["desk"], object_refs=[CENTER_ID]),
    _domain(
        "report",
        name="Winter invoices",
        report_types=["campaign", "threat-report"],
        published=_LATE,
        object_refs=[random_id("campaign")],
    ),
    _domain(
        "threat-actor",
        name="Example Actor",
        threat_actor_types=["criminal"],
        aliases=["Actor One"],
        first_seen=_EARLY,
        last_seen=_LATE,
        roles=["independent"],
        goals=["money"],
        sophistication="minimal",
        resource_level="individual",
        primary_motivation="personal-gain",
        secondary_motivations=["revenge"],
        personal_motivations=["dominance"],
    ),
    _domain("tool", name="Example Shell", tool_types=["remote-access"], tool_version="7", kill_chain_phases=_CHAIN),
    _domain(
        "vulnerability",
        name="CVE-2026-0001",
        external_references=[{"source_name": "cve", "external_id": "CVE-2026-0001"}],
    ),
    _domain(
        "relationship",
        relationship_type="uses",
        source_ref=random_id("campaign"),
        target_ref=random_id("malware"),
        start_time=_EARLY,
        stop_time=_LATE,
    ),
    _domain(
        "sighting",
        sighting_of_ref=random_id("malware"),
        observed_data_refs=[random_id("observed-data")],
        where_sighted_refs=[CENTER_ID],
        first_seen=_EARLY,
        last_seen=_LATE,
        count=2,
        summary=False,
    ),
    _domain(
        "language-content",
        object_ref=random_id("campaign"),
        object_modified=_MODIFIED,
        contents={"de": {"name": "Rechnungen im Winter"}, "fr-CA": {"name": "Factures", "objective": "Paiements"}},
    ),
    {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": _MARKING,
        "created": _CREATED,
        "definition_type": "statement",
        "definition": {"statement": "For examples only"},
    },
    {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": random_id("marking-definition", "shift"),
        "created": _CREATED,
        "name": "Shift",
        "extensions": {_EXTENSION: {"extension_type": "property-extension", "shift_name": "day"}},
    },
    {
        "type": "extension-definition",
        "spec_version": "2.1",
        "id": _EXTENSION,
        "created_by_ref": CENTER_ID,
        "created": _CREATED,
        "modified": _MODIFIED,
        "name": "Shift",
        "description": "Who was on duty.",
        "schema": "https://schemas.example/shift.json",
        "version": "1.0.0",
        "extension_types": ["property-extension", "toplevel-property-extension"],
        "extension_properties": ["shift_name"],
    },
)

_FILE_TIMES = {"ctime": _EARLY, "mtime": _LATE, "atime": _LATE}

_OBSERVABLES: tuple[dict[str, Any], ...] = (
    _observable(
        "artifact",
        mime_type="text/plain",
        payload_bin=base64.b64encode(b"sample").decode(),
        hashes={"SHA-256": _SHA256},
    ),
    _observable("artifact", "elsewhere", url="https://files.example/a", hashes={"SHA-256": _SHA256}),
    _observable("autonomous-system", number=64500, name="Example Net", rir="ARIN"),
    _observable(
        "directory", path="C:\\Example", path_enc="UTF-8", **_FILE_TIMES, contains_refs=[observable_id("file")]
    ),
    _observable("domain-name", value="host.example", resolves_to_refs=[observable_id("ipv4-addr")]),
    _observable(
        "email-addr",
        value="desk@center.example",
        display_name="Desk",
        belongs_to_ref=observable_id("user-account"),
    ),
    _observable(
        "email-message",
        is_multipart=True,
        date=_EARLY,
        content_type="multipart/mixed",
        from_ref=observable_id("email-addr"),
        to_refs=[observable_id("email-addr")],
        subject="Invoice",
        received_lines=["from mail.example by mx.example"],
        additional_header_fields={"Reply-To": "desk@center.example", "X-Mailer": ["One", "Two"]},
        body_multipart=[
            {"content_type": "text/plain; charset=utf-8", "content_disposition": "inline", "body": "See there."},
            {"content_type": "image/png", "body_raw_ref": observable_id("artifact")},
        ],
    ),
    _observable("email-message", "plain", is_multipart=False, subject="Invoice", body="See there."),
    _observable(
        "file",
        name="invoice.pdf",
        name_enc="UTF-8",
        size=4096,
        hashes=_HASHES,
        mime_type="application/pdf",
        magic_number_hex="25504446",
        **_FILE_TIMES,
        parent_directory_ref=observable_id("directory"),
        content_ref=observable_id("artifact"),
        extensions={
            "pdf-ext": {
                "version": "1.7",
                "is_optimized": False,
                "document_info_dict": {"Title": "Invoice", "Producer": "Example Writer"},
                "pdfid0": "0a0b",
            },
            "archive-ext": {"contains_refs": [observable_id("file")], "comment": "parts"},
            "raster-image-ext": {"image_height": 20, "image_width": 30, "exif_tags": {"Make": "Example", "Focus": 4}},
        },
    ),
    _observable(
        "file",
        "program",
        name="setup.exe",
        hashes={"SHA-256": _SHA256},
        extensions={
            "ntfs-ext": {
                "sid": "S-1-5-21-1",
                "alternate_data_streams": [{"name": "second", "size": 25, "hashes": {"MD5": "3" * 32}}],
            },
            "windows-pebinary-ext": {
                "pe_type": "exe",
                "machine_hex": "014c",
                "number_of_sections": 1,
                "time_date_stamp": _EARLY,
                "file_header_hashes": {"MD5": "4" * 32},
                "optional_header": {"magic_hex": "010b", "size_of_code": 512, "hashes": {"SHA-1": "5" * 40}},
                "sections": [{"name": "CODE", "size": 512, "entropy": 6.5, "hashes": {"MD5": "6" * 32}}],
            },
        },
    ),
    _observable(
        "ipv4-addr",
        value="198.51.100.7",
        resolves_to_refs=[observable_id("mac-addr")],
        belongs_to_refs=[observable_id("autonomous-system")],
    ),
    _observable("ipv6-addr", value="2001:db8::7", resolves_to_refs=[observable_id("mac-addr")]),
    _observable("mac-addr", value="00:00:5e:00:53:01"),
    _observable("mutex", name="__example__"),
    _observable(
        "network-traffic",
        start=_EARLY,
        end=_LATE,
        is_active=False,
        src_ref=observable_id("ipv4-addr"),
        dst_ref=observable_id("domain-name"),
        src_port=49152,
        dst_port=443,
        protocols=["ipv4", "tcp", "https"],
        src_byte_count=147,
        ipfix={"minimumIpTotalLength": 32, "maximumIpTotalLength": 2556},
        extensions={
            "http-request-ext": {
                "request_method": "get",
                "request_value": "/a",
                "request_version": "http/1.1",
                "request_header": {"User-Agent": ["Example/1"], "Host": ["host.example"]},
            },
            "tcp-ext": {"src_flags_hex": "00000002"},
        },
    ),
    _observable(
        "network-traffic",
        "socket",
        src_ref=observable_id("ipv4-addr"),
        src_port=7,
        dst_port=7,
        protocols=["icmp"],
        extensions={
            "icmp-ext": {"icmp_type_hex": "08", "icmp_code_hex": "00"},
            "socket-ext": {
                "address_family": "AF_INET",
                "is_listening": True,
                "options": {"SO_KEEPALIVE": 1},
                "socket_type": "SOCK_STREAM",
            },
        },
    ),
    {
        "type": "process",
        "spec_version": "2.1",
        "id": random_id("process"),
        "pid": 314,
        "created_time": _EARLY,
        "cwd": "/srv/example",
        "command_line": "example --serve",
        "environment_variables": {"HOME": "/srv/example"},
        "image_ref": observable_id("file"),
        "extensions": {
            "windows-process-ext": {
                "aslr_enabled": True,
                "priority": "HIGH_PRIORITY_CLASS",
                "owner_sid": "S-1-5-18",
                "startup_info": {"lpTitle": "Example"},
                "integrity_level": "low",
            },
            "windows-service-ext": {
                "service_name": "example",
                "descriptions": ["Serves examples"],
                "start_type": "SERVICE_AUTO_START",
                "service_type": "SERVICE_WIN32_OWN_PROCESS",
                "service_status": "SERVICE_RUNNING",
            },
        },
    },
    _observable(
        "software",
        name="Example Suite",
        cpe="cpe:2.3:a:example:suite:4.1:*:*:*:*:*:*:*",
        languages=["eng", "deu"],
        vendor="Example",
        version="4.1",
    ),
    _observable("url", value="https://host.example/a"),
    _observable(
        "user-account",
        user_id="1001",
        account_login="edesk",
        account_type="unix",
        display_name="Desk",
        is_privileged=False,
        account_created=_EARLY,
        account_last_login=_LATE,
        extensions={
            "unix-account-ext": {"gid": 1001, "groups": ["wheel"], "home_dir": "/home/edesk", "shell": "/bin/sh"}
        },
    ),
    _observable(
        "windows-registry-key",
        key="hkey_local_machine\\system\\example",
        values=[{"name": "Path", "data": "C:\\Example", "data_type": "REG_SZ"}],
        modified_time=_EARLY,
        number_of_subkeys=0,
    ),
    _observable(
        "x509-certificate",
        is_self_signed=False,
        hashes={"SHA-256": _SHA256},
        version="3",
        serial_number="36:f7:d4",
        signature_algorithm="sha256WithRSAEncryption",
        issuer="CN=Example CA",
        validity_not_before=_EARLY,
        validity_not_after=_LATE,
        subject="CN=host.example",
        subject_public_key_exponent=65537,
        x509_v3_extensions={
            "basic_constraints": "critical,CA:FALSE",
            "private_key_usage_period_not_before": _EARLY,
            "private_key_usage_period_not_after": _LATE,
        },
    ),
)


def samples() -> list[dict[str, Any]]:
    """A fresh copy of every sample."""
    return copy.deepcopy([*_DOMAINS, *_OBSERVABLES])


def sample(stix_type: str, **changed: Any) -> dict[str, Any]:
    """A fresh copy of the first sample of the type, with these properties; those given as None are left out."""
    found = next(one for one in samples() if one["type"] == stix_type)
    return {name: value for name, value in (found | changed).items() if value is not None}


def bundle_of(*objects: dict[str, Any]) -> dict[str, Any]:
    """The objects in a bundle."""
    return {"type": "bundle", "id": random_id("bundle"), "objects": list(objects)}
