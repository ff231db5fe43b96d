"""Standing, term and recipients are asked at every request, as their documents stand now."""

from pathlib import Path

from exchange import partner_client

from gateway.wiring import Gateway


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_suspended_partner_sees_nothing_at_the_next_request(gateway: Gateway) -> None:
    client = partner_client(gateway, "federal-cyber-desk")
    assert len(client.collections()) == 1
    path = gateway.home / "partners" / "federal-cyber-desk.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "standing: suspended\n", encoding="utf-8")
    assert client.collections() == []
    _edit(path, "standing: suspended", "standing: active")
    assert len(client.collections()) == 1


def test_a_suspended_agreement_needs_no_new_version(gateway: Gateway) -> None:
    client = partner_client(gateway, "harbor-power")
    path = gateway.home / "agreements" / "harbor-suspicious-activity.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "standing: suspended\n", encoding="utf-8")
    assert client.collections() == []


def test_a_changed_agreement_of_the_same_version_is_refused_and_the_old_one_stays(gateway: Gateway) -> None:
    client = partner_client(gateway, "harbor-power")
    path = gateway.home / "agreements" / "harbor-suspicious-activity.yaml"
    _edit(path, "projection: no-personal-information", "projection: full")
    assert [c["alias"] for c in client.collections()] == ["harbor-suspicious-activity.no-personal-information"]
    _edit(path, 'version: "1"', 'version: "2"')
    aliases = {c["alias"] for c in client.collections()}
    assert "harbor-suspicious-activity.full" in aliases


def test_a_document_that_does_not_read_changes_nothing(gateway: Gateway) -> None:
    client = partner_client(gateway, "valley-fusion-center")
    path = gateway.home / "partners" / "valley-fusion-center.yaml"
    path.write_text("partner: [\n", encoding="utf-8")
    assert len(client.collections()) == 1


def test_a_new_agreement_opens_its_collection(gateway: Gateway) -> None:
    client = partner_client(gateway, "harbor-power")
    source = gateway.home / "agreements" / "federal-cyber.yaml"
    text = source.read_text(encoding="utf-8").replace("federal-cyber-desk", "harbor-power")
    text = text.replace("agreement: federal-cyber\n", "agreement: harbor-cyber\n")
    (gateway.home / "agreements" / "harbor-cyber.yaml").write_text(text, encoding="utf-8")
    assert {c["alias"] for c in client.collections()} == {
        "harbor-cyber.full",
        "harbor-suspicious-activity.no-personal-information",
    }
