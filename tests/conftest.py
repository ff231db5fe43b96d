"""Fixtures that every suite shares."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lxml import etree

from gateway.config import shipped
from gateway.founding import found_home
from gateway.model.content import Content
from gateway.niem.extension import EXTENSION_FILE
from gateway.wiring import Gateway, open_gateway

_ROOT = Path(__file__).resolve().parent.parent
_START = datetime(2026, 11, 2, 12, 0, 0, 250_000, tzinfo=UTC)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real files. Where it is absent the test is skipped, visibly."""
    folder = Path(os.environ.get("GATEWAY_SHARED_DATA", _ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no shared data at {folder}; set GATEWAY_SHARED_DATA to run this test")
    return folder


class SteppingClock:
    """A clock that moves one millisecond each time it is read: nothing in a test depends on the wall."""

    def __init__(self, start: datetime = _START) -> None:
        self.now = start

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


@pytest.fixture
def clock() -> SteppingClock:
    """A clock of the test's own."""
    return SteppingClock()


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A founded home, made once; tests take copies of it."""
    home = tmp_path_factory.mktemp("founded") / "home"
    found_home(
        home,
        center_name="Test Fusion Center",
        abbreviation="TFC",
        contact="desk@center.example",
        clock=SteppingClock(),
    )
    return home


@pytest.fixture
def home(founded: Path, tmp_path: Path) -> Path:
    """A gateway home of the test's own, with the example partners and agreements."""
    copy = tmp_path / "home"
    shutil.copytree(founded, copy)
    return copy


@pytest.fixture
def gateway(home: Path, clock: SteppingClock) -> Iterator[Gateway]:
    """An opened gateway over the test's own home."""
    opened = open_gateway(home, clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def deliver(gateway: Gateway) -> Callable[..., object]:
    """Deliver bytes and drive them down the road; returns the summary."""

    def run(content: bytes, feed: str, file_name: str = "delivery.csv") -> object:
        received = gateway.pipeline.receive(Content.of(content), feed=feed, file_name=file_name)
        claim = gateway.stores.deliveries.claim(now_us=0, receipt=received.receipt)
        assert claim is not None
        return gateway.pipeline.drive(claim)

    return run


@pytest.fixture(scope="session")
def full_niem_release(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our extension's schema document, in a folder where it stands on the whole NIEM 6.0 release."""
    release = shared_data / "niem" / "6.0" / "xsd"
    folder = tmp_path_factory.mktemp("full-release")
    for entry in release.iterdir():
        (folder / entry.name).symlink_to(entry)
    (folder / EXTENSION_FILE).parent.mkdir()
    shutil.copy(shipped("xsd") / EXTENSION_FILE, folder / EXTENSION_FILE)
    return folder / EXTENSION_FILE


@pytest.fixture(scope="session")
def full_niem_schema(full_niem_release: Path) -> Callable[[bytes], list[str]]:
    """Validation against the whole NIEM 6.0 release with our extension on top; gives the errors of a document.

    Compiled once (about three seconds); an enveloped signature is removed first, as a verifier would.
    """
    schema = etree.XMLSchema(etree.parse(str(full_niem_release)))

    def errors(document: bytes) -> list[str]:
        tree = etree.fromstring(document)
        for signature in tree.findall("{http://www.w3.org/2000/09/xmldsig#}Signature"):
            tree.remove(signature)
        schema.validate(tree)
        return [f"{error.path}: {error.type_name}" for error in schema.error_log]

    return errors
