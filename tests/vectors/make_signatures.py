"""Writes the signature vectors: `PYTHONPATH=.:tests:tests/vectors python tests/vectors/make_signatures.py`.

Keys are fresh each time and thrown away, so each run writes other signatures over the same documents.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from signature_cases_json import json_cases
from signature_cases_trust import trust_cases
from signature_cases_xml import xml_cases
from signature_world import World, world

FOLDER = Path(__file__).parent / "signatures"


def vectors(of: World) -> Iterator[dict[str, Any]]:
    """Every vector, in order."""
    yield from xml_cases(of)
    yield from json_cases(of)
    yield from trust_cases(of)


def main() -> None:
    """Write all vectors anew; those that are not made any more go."""
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.json"):
        old.unlink()
    for vector in vectors(world()):
        path = FOLDER / f"{vector['id']}.json"
        assert not path.exists(), vector["id"]
        path.write_text(json.dumps(vector, indent=1, ensure_ascii=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
