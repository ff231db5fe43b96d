"""gateway pull, without a server: what is written, and what is not."""

from pathlib import Path

import pytest
from cli_builders import call
from cryptography.hazmat.primitives.serialization import Encoding
from signing_builders import authority

from gateway.cli import pull as command
from gateway.signing.key_set import key_set
from gateway.taxii.client import Pulled


def test_an_empty_collection_leaves_no_file_that_would_not_verify(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = authority()
    (tmp_path / "root.crt").write_bytes(root.certificate.public_bytes(Encoding.PEM))
    monkeypatch.setenv("GATEWAY_PULL_SECRET", "fxg_invented")
    monkeypatch.setattr(command, "fetch_key_set", lambda url, ca_file: key_set([root.leaf()]))
    monkeypatch.setattr(command, "pull", lambda url, **options: (Pulled("c1", "Incidents", (), 1),))
    out = tmp_path / "pulled"
    result = call("pull", "https://127.0.0.1:1", "--ca", tmp_path / "root.crt", "-o", out, "--json")
    assert result.code == 0, result.err
    assert result.json == [{"collection": "Incidents", "objects": 0, "signatures": 0, "file": ""}]
    assert [path.name for path in out.iterdir()] == ["keys.jwks"]
