"""The table of STIX checks, row by row: an object that keeps the row and one that breaks it alone."""

from typing import Any

import pytest
from stix_samples import bundle_of, observable_id, random_id, sample, samples

from gateway.stix.check import Finding, ObjectChecker
from gateway.stix.checks.check_row import UNKNOWN, Check, Level
from gateway.stix.checks.properties import OBSERVABLES, PROPERTIES
from gateway.stix.checks.table import ASKED, CHECKS, HOUSE, SET_ROWS, Ask
from gateway.stix.oasis import shipped_schemas

CHECKER = ObjectChecker()
ROWS = (*CHECKS, *SET_ROWS, *(row for rows in ASKED.values() for row in rows), *HOUSE)

_MARKING = "marking-definition--11111111-1111-4111-8111-111111111111"
_DEFINITION = "extension-definition--11111111-1111-4111-8111-111111111111"
_CUSTOM = {
    "type": "example-thing",
    "spec_version": "2.1",
    "id": random_id("example-thing"),
    "created": "2026-03-04T15:06:07.120Z",
    "modified": "2026-03-04T15:06:07.120Z",
    "extensions": {_DEFINITION: {"extension_type": "new-sdo"}},
}


def _with(one: dict[str, Any], *path: Any, to: Any) -> dict[str, Any]:
    """The object with another value at a path."""
    held: Any = one
    for step in path[:-1]:
        held = held[step]
    held[path[-1]] = to
    return one


def _v(stix_type: str, version: int) -> str:
    return f"{stix_type}--11111111-1111-{version}111-8111-111111111111"


def _file(extension: str, name: str, value: Any) -> dict[str, Any]:
    return sample("file", extensions={extension: {name: value}})


def _program(*path: Any, to: Any) -> dict[str, Any]:
    program = next(one for one in samples() if "ntfs-ext" in str(one.get("extensions")))
    return _with(program, "extensions", *path, to=to)


def _container(**held: dict[str, Any]) -> dict[str, Any]:
    return sample("observed-data", object_refs=None, objects={name.lstrip("k"): one for name, one in held.items()})


_NO_CONTRIBUTION = {"user_id": None, "account_type": None, "account_login": None}

BREAKS: dict[str, list[dict[str, Any]]] = {
    "calendar": [
        sample("campaign", first_seen="2026-02-30T00:00:00Z"),
        sample("file", mtime="2025-02-29T00:00:00Z"),
        sample("report", published="2026-06-30T23:59:60Z"),
    ],
    "calendar-nested": [
        _program("windows-pebinary-ext", "time_date_stamp", to="2026-02-30T00:00:00Z"),
        sample("x509-certificate", x509_v3_extensions={"private_key_usage_period_not_after": "2026-02-30T00:00:00Z"}),
    ],
    "time-order": [
        sample("campaign", modified="2026-03-04T15:06:07.119Z"),
        sample("campaign", last_seen="2026-03-01T07:59:59.999Z"),
        sample("indicator", valid_until="2026-03-01T08:00:00.000Z"),
        sample("relationship", stop_time="2026-03-01T08:00:00Z"),
        sample("network-traffic", end="2026-03-01T07:00:00Z"),
    ],
    "uuid-contribution": [sample("user-account", id=_v("user-account", 5), **_NO_CONTRIBUTION)],
    "uuid-process": [sample("process", id=_v("process", 5))],
    "uuid-random": [sample("campaign", id=_v("campaign", 5)), bundle_of(sample("tool")) | {"id": _v("bundle", 1)}],
    "uuid-observable": [sample("mutex", id=_v("mutex", 4))],
    "uuid-custom": [_CUSTOM | {"id": _v("example-thing", 5)}],
    "marking-of-itself": [
        sample("marking-definition", object_marking_refs=[sample("marking-definition")["id"]]),
    ],
    "marking-of-part-of-itself": [
        sample(
            "marking-definition",
            granular_markings=[{"marking_ref": sample("marking-definition")["id"], "selectors": ["definition_type"]}],
        )
    ],
    "selector": [
        sample("campaign", granular_markings=[{"marking_ref": _MARKING, "selectors": [selector]}])
        for selector in ("nothing", "aliases.[1]", "name.[0]", "aliases.name", "aliases.[99999999999999999999]")
    ],
    "marking-type": [sample("marking-definition", definition_type="other", definition={"rating": 1})],
    "custom-marking": [sample("marking-definition", definition_type="other", definition={"rating": 1})],
    "language": [sample("campaign", lang=tag) for tag in ("english!", "zz", "en-ZZ", "e", "en_US")],
    "language-content": [
        sample("language-content", contents={"zz": {"name": "x"}}),
        sample("language-content", contents={"de": {"Na": "x"}}),
        sample("language-content", contents={"de": "x"}),
    ],
    "software-language": [sample("software", languages=["eng", "zzz"])],
    "pattern-syntax": [
        sample("indicator", pattern=pattern)
        for pattern in (
            "[file:size = 1",
            "file:size = 1",
            "[file:size = ]",
            "[file:size = 1] WITHIN -1 SECONDS",
            "(" * 500,
        )
    ],
    "pattern-names": [
        sample("indicator", pattern="[aB:size = 1]"),
        sample("indicator", pattern="[ab:size = 1]"),
        sample("indicator", pattern="[file:Size = 1]"),
        sample("indicator", pattern="[example-thing:ab = 1]"),
    ],
    "pattern-hashes": [
        sample("indicator", pattern="[file:hashes.MD5 = 'abc']"),
        sample("indicator", pattern="[file:hashes.'SHA-256' IN ('abc')]"),
        sample("indicator", pattern="[file:hashes.SSDEEP = 'a b']"),
    ],
    "artifact-media-type": [sample("artifact", mime_type="text/unheard-of")],
    "character-set": [sample("file", name_enc="UTF-99"), sample("directory", path_enc="UTF-99")],
    "cpe": [sample("software", cpe="about cpe:2.3:a:example:suite:4.1:*:*:*:*:*:*:*")],
    "file-media-type": [sample("file", mime_type="text/unheard-of")],
    "ports": [sample("network-traffic", src_port=None), sample("network-traffic", dst_port=None)],
    "protocols": [sample("network-traffic", protocols=["tcp", "unheard-of"])],
    "ipfix": [sample("network-traffic", ipfix={"unheardOf": 1})],
    "request-header": [
        _with(sample("network-traffic"), "extensions", "http-request-ext", "request_header", to={"Unheard-Of": ["x"]})
    ],
    "socket-options": [
        sample(
            "network-traffic",
            extensions={"socket-ext": {"address_family": "AF_INET", "options": {"SO_UNHEARD": 1}}},
        )
    ],
    "pdf-information": [_file("pdf-ext", "document_info_dict", {"Unheard": "of"})],
    "vocabulary-pe-type": [_program("windows-pebinary-ext", "pe_type", to="com")],
    "process-priority": [_with(sample("process"), "extensions", "windows-process-ext", "priority", to="HIGH")],
    "vocabulary-hash-algorithm": [
        sample("file", hashes={"SHA256": "00"}),
        sample("artifact", hashes={"SHA256": "00"}),
        sample("x509-certificate", hashes={"SHA256": "00"}),
        _program("ntfs-ext", "alternate_data_streams", 0, "hashes", to={"SHA256": "00"}),
        _program("windows-pebinary-ext", "file_header_hashes", to={"SHA256": "00"}),
        _program("windows-pebinary-ext", "optional_header", "hashes", to={"SHA256": "00"}),
        _program("windows-pebinary-ext", "sections", 0, "hashes", to={"SHA256": "00"}),
    ],
    "hash-name-length": [sample("file", hashes={"x_" + "a" * 29: "00"})],
    "lower-case-keys": [
        _with(sample("file"), "extensions", "custom-ext", to={"rating_one": {"Rating": 1}}),
        sample("software", x_example_list={"Key": 1}),
    ],
    "reference-hashes": [
        sample("tool", external_references=[{"source_name": "a page", "url": "https://page.example"}])
    ],
    "container-references": [
        _container(k0=sample("domain-name")),
        _container(k0=sample("domain-name", resolves_to_refs=["1"]), k1=sample("mutex")),
        _container(k0=sample("file", extensions={"archive-ext": {"contains_refs": ["7"]}})),
    ],
    "container-keys": [_container(first=sample("mutex"))],
    "relationship-type": [
        sample("relationship", relationship_type="eats"),
        sample("relationship", target_ref=_v("note", 4)),
        sample("relationship", source_ref=_v("note", 4)),
    ],
    "vocabulary-account-type": [sample("user-account", account_type="unheard")],
    "vocabulary-attack-motivation": [
        sample("intrusion-set", primary_motivation="unheard"),
        sample("threat-actor", personal_motivations=["revenge", "unheard"]),
    ],
    "vocabulary-attack-resource-level": [sample("threat-actor", resource_level="unheard")],
    "vocabulary-grouping-context": [sample("grouping", context="unheard")],
    "vocabulary-identity-class": [sample("identity", identity_class="unheard")],
    "vocabulary-implementation-language": [sample("malware", implementation_languages=["unheard"])],
    "vocabulary-indicator-type": [sample("indicator", indicator_types=["unheard"])],
    "vocabulary-industry-sector": [sample("identity", sectors=["energy", "unheard"])],
    "vocabulary-infrastructure-type": [sample("infrastructure", infrastructure_types=["unheard"])],
    "vocabulary-malware-capabilities": [sample("malware", capabilities=["unheard"])],
    "vocabulary-malware-result": [sample("malware-analysis", result="unheard")],
    "vocabulary-malware-type": [sample("malware", malware_types=["unheard"])],
    "vocabulary-pattern-type": [sample("indicator", pattern_type="unheard")],
    "vocabulary-processor-architecture": [sample("malware", architecture_execution_envs=["unheard"])],
    "vocabulary-region": [sample("location", region="unheard")],
    "vocabulary-report-type": [sample("report", report_types=["unheard"])],
    "vocabulary-threat-actor-type": [sample("threat-actor", threat_actor_types=["unheard"])],
    "vocabulary-threat-actor-role": [sample("threat-actor", roles=["unheard"])],
    "vocabulary-threat-actor-sophistication": [sample("threat-actor", sophistication="unheard")],
    "vocabulary-tool-type": [sample("tool", tool_types=["unheard"])],
    "vocabulary-spelling": [
        sample("tool", tool_types=[word]) for word in ("Remote-Access", "remote access", "remote_access", "12")
    ],
    "kill-chain-spelling": [
        sample("tool", kill_chain_phases=[{"kill_chain_name": "Example", "phase_name": "one"}]),
        sample("tool", kill_chain_phases=[{"kill_chain_name": "example", "phase_name": "phase one"}]),
    ],
    "product-spelling": [sample("malware-analysis", product=product) for product in ("Scanner", "one two", "a_b")],
    "country": [sample("location", country="ZZ")],
    "custom-type": [{name: value for name, value in _CUSTOM.items() if name != "extensions"}],
    "custom-property": [sample("campaign", x_example_note=1), sample("mutex", rating=1)],
    "custom-part": [
        sample("windows-registry-key", values=[{"name": "a", "rating": 1}]),
        sample("x509-certificate", x509_v3_extensions={"key_usage": "a", "rating": 1}),
    ],
    "custom-in-extension": [
        _file("pdf-ext", "version", "1") | {"extensions": {"pdf-ext": {"version": "1", "rating": 1}}},
        _program("ntfs-ext", "alternate_data_streams", 0, "rating", to=1),
    ],
    "custom-extension": [sample("file", extensions={"custom-ext": {"rating": 1}})],
    "deprecated": [_container(k0=sample("mutex"))],
    "indicator-text": [sample("indicator", name=None), sample("indicator", description=None)],
    "extension-description": [sample("extension-definition", description=None)],
    "extension-properties": [sample("extension-definition", extension_properties=None)],
    "duplicate-version": [bundle_of(sample("tool"), sample("tool", name="Other"))],
    "beyond-the-standard": [
        sample("campaign", rating=1, extensions={_DEFINITION: {"extension_type": "toplevel-property-extension"}}),
        sample("indicator", pattern="[file:rating = 1]"),
    ],
    "beyond-the-standard-in-part": [
        _file("pdf-ext", "rating", 1) | {"extensions": {"pdf-ext": {"version": "1", "rating": 1}}}
    ],
    "relationship-ends": [bundle_of(sample("relationship"), sample("campaign"))],
    "own-type": [_CUSTOM],
    "own-id": [sample("tool") | {"id": sample("tool")["id"].upper().replace("TOOL", "tool")}],
    "own-versions": [
        sample("tool", created="2026-03-04T15:06:07.1200Z"),
        sample("tool", modified="2026-03-05T09:00:00.0000Z"),
    ],
    "own-filling": [sample("language-content", contents={"de": {}})],
    "own-extensions": [sample("file", extensions={"pdf-ext": {"version": "1"}}), _CUSTOM],
    "own-pattern": [sample("indicator"), sample("indicator", pattern_type="snort", pattern="alert")],
    "own-observed-data": [sample("observed-data", object_refs=[_v("identity", 4)])],
    "own-artifact": [
        sample("artifact", mime_type=None),
        sample("artifact", hashes={"SHA-256": "0" * 64}),
        sample("artifact", payload_bin="QQ=="),
    ],
    "own-markings": [sample("tool", object_marking_refs=[_v("identity", 4)])],
}
"""By the code of the row: objects, each of which breaks it."""


def _told(one: dict[str, Any], code: str) -> list[Finding]:
    if code.startswith("own-"):
        return [finding for finding in CHECKER.faults([one]) if finding.code == code]
    return [finding for finding in CHECKER.findings([one], asked=tuple(Ask)) if finding.code == code]


def test_no_row_is_without_an_object_that_breaks_it() -> None:
    assert {row.code for row in ROWS} == BREAKS.keys() | {"own-unique", "own-references"}
    assert len({row.code for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("code", sorted(BREAKS))
def test_each_breach_is_told_by_its_row(code: str) -> None:
    level = next(row.level for row in ROWS if row.code == code)
    assert [[finding.level for finding in _told(one, code)][:1] for one in BREAKS[code]] == [[level]] * len(
        BREAKS[code]
    )


@pytest.mark.parametrize("row", [row for row in ROWS if isinstance(row, Check)], ids=lambda row: row.code)
def test_each_row_has_objects_that_keep_it(row: Check) -> None:
    """The samples of the types that the row concerns pass it, and one of them has what it looks at."""
    concerned = [one for one in [*samples(), _CUSTOM] if row.types is None or _type_of(one) in row.types]
    looked_at = [one for one in concerned if not row.needs or any(name in one for name in row.needs)]
    if row.code in ("container-references", "container-keys"):
        looked_at = [
            _container(
                k0=sample("mutex"),
                k1=sample("directory", contains_refs=["2"]),
                k2=sample("file", parent_directory_ref="1", content_ref=None, extensions=None),
            )
        ]
    elif row.code == "deprecated":
        looked_at = [sample("observed-data")]
    elif row.code == "marking-of-itself":
        looked_at = [sample("marking-definition", object_marking_refs=[_MARKING])]
    elif row.code == "marking-of-part-of-itself":
        looked_at = [sample("marking-definition", granular_markings=[{"marking_ref": _MARKING, "selectors": ["id"]}])]
    assert looked_at
    if row.level is Level.HOUSE:
        looked_at = [one for one in looked_at if not _told(one, row.code)]
        assert looked_at or row.code in ("own-type", "own-pattern")
    else:
        assert [(one["type"], finding.path) for one in looked_at for finding in _told(one, row.code)] == []


def _type_of(one: dict[str, Any]) -> str:
    return one["type"] if one["type"] in PROPERTIES else UNKNOWN


def test_each_type_has_a_sample() -> None:
    assert {one["type"] for one in samples()} | {"bundle"} == PROPERTIES.keys()


def test_the_types_are_those_of_the_schemas() -> None:
    folders = [address.split("/")[-2:] for address in shipped_schemas()]
    assert {name.removesuffix(".json") for folder, name in folders if folder == "observables"} == OBSERVABLES


def test_samples_are_sound_in_every_way_that_can_be_asked() -> None:
    assert [str(f) for f in CHECKER.findings(samples(), asked=[Ask.PROPERTIES])] == []


def test_a_custom_type_with_an_extension_is_sound() -> None:
    assert CHECKER.findings([_CUSTOM]) == ()
    observable = {name: value for name, value in _CUSTOM.items() if name not in ("created", "modified")}
    assert CHECKER.findings([observable | {"id": observable_id("example-thing")}]) == ()


def test_bundles_are_opened_and_told_by_their_objects() -> None:
    inner = sample("campaign", lang="zz")
    (finding,) = CHECKER.findings([bundle_of(sample("tool"), bundle_of(inner))])
    assert (finding.object_id, finding.code, finding.path) == (inner["id"], "language", "lang")


def test_findings_repeat_no_value_and_no_key() -> None:
    secret = "Testa Placeholder"
    told = CHECKER.findings(
        [
            sample("campaign", name=[secret], lang=secret, created_by_ref=secret),
            sample("process", environment_variables={secret: None}),
            sample("file", hashes={secret: secret}),
            sample("location", country=secret, region=secret, **{secret: secret}),
            {"type": secret, "id": secret},
            sample("indicator", pattern=f"[{secret}]"),
            sample("language-content", contents={secret: {secret: secret}}),
            _container(**{secret: {"type": secret}}),
        ],
        asked=tuple(Ask),
    )
    assert len(told) > 8
    assert [str(finding) for finding in told if "Placeholder" in str(finding)] == []
