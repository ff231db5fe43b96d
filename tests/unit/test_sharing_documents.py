"""Partners, operators and agreements as people write them: typos are named, terms make sense, names match files."""

from pathlib import Path

import pytest

from gateway.documents import Document, load_document
from gateway.errors import BadSetting, GatewayError, UnknownKey
from gateway.sharing.documents import Agreement, Operator, Partner
from gateway.wiring import open_gateway

AGREEMENT = """\
agreement: main
version: "1"
title: A title
recipients: [valley]
purpose: tests
effective: 2026-01-01
expires: 2027-01-01
kinds: [incident]
markings:
  tlp_max: green
projection: full
"""
PARTNER = "partner: valley\nname: Valley\ncategory: federal\ncontact: a@b.example\n"
OPERATOR = "operator: analyst\nname: Analyst\nroles: [reviewer]\n"


def loaded(tmp_path: Path, text: str, schema: type[Document]) -> Document:
    path = tmp_path / "document.yaml"
    path.write_text(text, encoding="utf-8")
    return load_document(path, schema)


@pytest.mark.parametrize(
    ("text", "schema", "typo", "known"),
    [
        (PARTNER + "law_enforcment_authority: yes\n", Partner, "law_enforcment_authority", "law_enforcement_authority"),
        (PARTNER.replace("category", "catgory"), Partner, "catgory", "category"),
        (OPERATOR.replace("roles", "role"), Operator, "role", "roles"),
        (AGREEMENT.replace("expires", "expire"), Agreement, "expire", "expires"),
        (AGREEMENT.replace("tlp_max", "tlp-max"), Agreement, "markings.tlp-max", "tlp_max"),
        (AGREEMENT + "exclude: {sensitivites: [juvenile]}\n", Agreement, "exclude.sensitivites", "sensitivities"),
        (AGREEMENT + "deliver: {neim: artifact}\n", Agreement, "deliver.neim", "niem"),
    ],
)
def test_an_unknown_key_names_the_nearest_known_one(
    tmp_path: Path, text: str, schema: type[Document], typo: str, known: str
) -> None:
    with pytest.raises(UnknownKey) as caught:
        loaded(tmp_path, text, schema)
    assert f"'{typo}' is not a known key" in str(caught.value)
    assert f"Did you mean '{known}'?" in str(caught.value)
    assert "document.yaml" in str(caught.value)


def test_an_unknown_key_like_no_other_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UnknownKey, match=r"Known keys: .*category.*partner"):
        loaded(tmp_path, PARTNER + "zzzzzz: 1\n", Partner)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("expires: 2027-01-01", "expires: 2026-01-01", "expires must be later"),
        ("projection: full", "projection: fall", "projection must be one of"),
        ("kinds: [incident]", "kinds: []", "kinds"),
        ("kinds: [incident]", "kinds: [incidents]", "kinds"),
        ("recipients: [valley]", "recipients: []", "recipients"),
        ("recipients: [valley]", "recipients: [../valley]", "recipients"),
        ("agreement: main", "agreement: Main", "agreement"),
        ('version: "1"', "version: one", "version"),
        ("tlp_max: green", "tlp_max: white", "tlp_max"),
        ("effective: 2026-01-01", "effective: 1 January 2026", "effective"),
        ("effective: 2026-01-01", "effective: 2026-01-01T05:00:00Z", "effective"),
    ],
)
def test_a_value_that_makes_no_sense_is_named(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in AGREEMENT
    with pytest.raises(BadSetting, match=says):
        loaded(tmp_path, AGREEMENT.replace(old, new), Agreement)


@pytest.mark.parametrize(("written", "meant"), [("yes", True), ("no", False)])
def test_yes_and_no_are_switches_only_where_a_switch_stands(tmp_path: Path, written: str, meant: bool) -> None:
    text = PARTNER.replace("name: Valley", "name: no") + f"law_enforcement_authority: {written}\n"
    read = loaded(tmp_path, text, Partner)
    assert isinstance(read, Partner)
    assert read.law_enforcement_authority is meant
    assert read.name == "no"


@pytest.mark.parametrize("written", ["true", "1", "on", "Yes", "y", "[yes]", "''"])
def test_a_switch_is_written_yes_or_no_and_nothing_else(tmp_path: Path, written: str) -> None:
    with pytest.raises(BadSetting, match="law_enforcement_authority"):
        loaded(tmp_path, PARTNER + f"law_enforcement_authority: {written}\n", Partner)


def test_law_enforcement_authority_is_never_assumed(tmp_path: Path) -> None:
    read = loaded(tmp_path, PARTNER, Partner)
    assert isinstance(read, Partner)
    assert read.law_enforcement_authority is False


def test_documents_are_immutable(tmp_path: Path) -> None:
    read = loaded(tmp_path, AGREEMENT, Agreement)
    with pytest.raises(ValueError, match="frozen"):
        read.standing = "suspended"  # type: ignore[attr-defined]


# In a home -------------------------------------------------------------------------------------------------------


def test_a_document_and_its_file_have_one_name(home: Path) -> None:
    (home / "partners" / "harbor-power.yaml").rename(home / "partners" / "other.yaml")
    with pytest.raises(BadSetting, match="calls itself 'harbor-power'"):
        open_gateway(home)


def test_a_changed_agreement_needs_a_new_version(home: Path) -> None:
    """A loaded version never changes: what was approved is what is applied."""
    open_gateway(home).close()
    path = home / "agreements" / "valley-incidents.yaml"
    text = path.read_text()
    path.write_text(text.replace("tlp_max: amber+strict", "tlp_max: red"))
    with pytest.raises(BadSetting, match="version 1 was loaded before with other content"):
        open_gateway(home)
    path.write_text(text.replace("tlp_max: amber+strict", "tlp_max: red").replace('version: "1"', 'version: "2"'))
    opened = open_gateway(home)
    assert opened.register.agreements["valley-incidents"].markings.tlp_max == "red"
    opened.close()


@pytest.mark.parametrize("folder", ["partners", "agreements", "operators"])
def test_a_fault_in_a_document_of_the_home_names_its_file(home: Path, folder: str) -> None:
    path = next((home / folder).glob("*.yaml"))
    path.write_text(path.read_text() + "unknown_key: 1\n")
    with pytest.raises(GatewayError, match=path.name):
        open_gateway(home)
