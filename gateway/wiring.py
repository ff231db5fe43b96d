"""The composition root: from a home's settings to concrete objects. The only place that constructs services."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from gateway import names
from gateway.adapters.stix_feeds import load_stix_feeds
from gateway.checkup import VitalSigns, vital_signs
from gateway.config import Settings, load_settings, shipped
from gateway.home import LiveRegister, read_key_pair, read_secret
from gateway.logs import Log, make_log
from gateway.mapping.catalog import load_mappings
from gateway.mapping.examples import require_passing
from gateway.mapping.feed import Feed
from gateway.model.center import Center
from gateway.model.identity import IdKey
from gateway.niem.check import MessageChecker
from gateway.pipeline import Pipeline
from gateway.publisher import Publisher
from gateway.serving.app import create_app
from gateway.serving.server import TlsFiles, make_server, running
from gateway.serving.services import Services
from gateway.sharing.documents import Register
from gateway.signing.key_set import key_set
from gateway.signing.keys import SigningKey, load_certificates
from gateway.signing.purposes import SIGNER
from gateway.signing.ring import Signs
from gateway.signing.signers import LiveKeys
from gateway.signing.trust import TrustStore
from gateway.stewardship.release import ReleaseDesk
from gateway.stewardship.requeue import QuarantineDesk
from gateway.stewardship.review import ReviewDesk
from gateway.stix.check import ObjectChecker
from gateway.stix.ids import center_ref
from gateway.stopwatch import Stopwatch
from gateway.store.absences import AbsenceStore
from gateway.store.batches import BatchStore
from gateway.store.collections import CollectionStore
from gateway.store.credentials import CredentialStore
from gateway.store.deliveries import DeliveryStore
from gateway.store.disseminations import DisseminationStore
from gateway.store.engine import open_engine
from gateway.store.quarantine import QuarantineStore
from gateway.store.record_places import RecordPlaces
from gateway.store.records import RecordStore
from gateway.store.schema import require_current
from gateway.store.vitals import VitalsStore
from gateway.taxii.authentication import Authenticator
from gateway.taxii.backend import GatewayBackend
from gateway.taxii.cursor import CursorKey

__all__ = ["Clock", "Gateway", "Stores", "open_gateway", "services_of", "serving", "system_clock"]

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Now, aware and in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Stores:
    """Everything kept, over one engine."""

    engine: Engine
    deliveries: DeliveryStore
    records: RecordStore
    batches: BatchStore
    absences: AbsenceStore
    quarantine: QuarantineStore
    collections: CollectionStore
    credentials: CredentialStore
    disseminations: DisseminationStore
    vitals: VitalsStore


@dataclass(frozen=True, slots=True)
class Gateway:
    """One center's gateway, wired."""

    settings: Settings
    center: Center
    register: Register
    ids: IdKey
    mappings: dict[str, Feed]
    stores: Stores
    publisher: Publisher
    pipeline: Pipeline
    review_desk: ReviewDesk
    release_desk: ReleaseDesk
    quarantine_desk: QuarantineDesk
    keys: LiveKeys
    trust: TrustStore
    authenticator: Authenticator
    taxii_backend: GatewayBackend
    clock: Clock
    watch: Stopwatch
    log: Log

    @property
    def home(self) -> Path:
        """The gateway's home."""
        return self.settings.home

    @property
    def signing_key(self) -> SigningKey:
        """The key that signs NIEM documents now."""
        return self.keys.ring().signer(Signs.XML, self.clock())

    def vital_signs(self) -> VitalSigns:
        """How the feeds and the store stand now."""
        now = self.clock()
        return vital_signs(self.mappings, self.stores.vitals.take(now), now)

    def operator_key(self, operator: str) -> SigningKey:
        """An operator's own key, from the home's development certificates. Raises MissingFile."""
        return read_key_pair(self.home / names.CERTS_FOLDER / "operators", operator)

    def key_set(self) -> bytes:
        """The published key set, as partners without TAXII are handed it."""
        return key_set(self.keys.ring().published())

    def close(self) -> None:
        """Let go of the database."""
        self.stores.engine.dispose()


def open_gateway(home: Path, *, clock: Clock = system_clock, watch: Stopwatch | None = None) -> Gateway:
    """Open a home: read its documents, check its keys, load its agreements into the store.

    Raises ConfigurationError for anything in the home that is missing or wrong, StoreError for a store that needs an
    upgrade.
    """
    settings = load_settings(home)
    watch = watch or Stopwatch(time.perf_counter)
    log = make_log(settings.log_level)
    center = Center(
        id=settings.center_id,
        name=settings.center_name,
        abbreviation=settings.center_abbreviation,
        contact=settings.center_contact,
        created=settings.created,
        ori=settings.center_ori,
        acs_custodian=settings.center_acs_custodian,
        revised=settings.revised,
    )
    ids = IdKey(read_secret(home, names.ID_KEY_FILE))
    certs = home / names.CERTS_FOLDER
    keys = LiveKeys(certs / SIGNER.folder, clock=clock, log=log)
    operator_certificates = [c for path in sorted((certs / "operators").glob("*.crt")) for c in load_certificates(path)]
    trust = TrustStore(
        load_certificates(certs / "ca" / "root.crt"), [*keys.ring().certificates(), *operator_certificates]
    )
    stores = _stores(settings)
    live_register = LiveRegister(home, ids, stores.collections, clock=clock, log=log)
    register = live_register()
    publisher = Publisher(
        register=live_register,
        ids=ids,
        center=center,
        niem_checker=MessageChecker(shipped("xsd")),
        stix_checker=ObjectChecker(),
        signers=keys.signers,
        clock=clock,
        watch=watch,
    )
    folders = [shipped("mappings"), home / names.MAPPINGS_FOLDER]
    mapped = load_mappings(folders)
    require_passing(mapped.values())
    own = (center_ref(center), names.PRODUCT_IDENTITY)
    mappings: dict[str, Feed] = {**mapped, **load_stix_feeds(folders, own=own)}
    pipeline = Pipeline(
        mappings=mappings,
        publisher=publisher,
        deliveries=stores.deliveries,
        records=stores.records,
        batches=stores.batches,
        absences=stores.absences,
        clock=clock,
        watch=watch,
        log=log,
    )
    review_desk = ReviewDesk(
        records=stores.records,
        batches=stores.batches,
        publisher=publisher,
        operators=register.operators,
        trust=trust,
        clock=clock,
    )
    release_desk = ReleaseDesk(
        records=stores.records,
        places=RecordPlaces(stores.engine),
        collections=stores.collections,
        disseminations=stores.disseminations,
        register=live_register,
        ids=ids,
        trust=trust,
        clock=clock,
    )
    backend = GatewayBackend(
        center=center,
        register=live_register,
        collections=stores.collections,
        disseminations=stores.disseminations,
        cursor_key=CursorKey(read_secret(home, names.CURSOR_KEY_FILE)),
        page_objects=settings.page_objects,
        clock=clock,
    )
    return Gateway(
        settings=settings,
        center=center,
        register=register,
        ids=ids,
        mappings=mappings,
        stores=stores,
        publisher=publisher,
        pipeline=pipeline,
        review_desk=review_desk,
        release_desk=release_desk,
        quarantine_desk=QuarantineDesk(stores.quarantine, stores.deliveries, pipeline, clock),
        keys=keys,
        trust=trust,
        authenticator=Authenticator(stores.credentials, live_register),
        taxii_backend=backend,
        clock=clock,
        watch=watch,
        log=log,
    )


def services_of(gateway: Gateway) -> Services:
    """What the served app is made of."""
    return Services(
        taxii_backend=gateway.taxii_backend,
        authenticator=gateway.authenticator,
        keys=gateway.keys,
        authorities=gateway.home / names.CERTS_FOLDER / "ca",
        engine=gateway.stores.engine,
        vital_signs=gateway.vital_signs,
        metrics_token=read_secret(gateway.home, names.METRICS_KEY_FILE),
    )


@contextmanager
def serving(gateway: Gateway, *, port: int | None = None) -> Iterator[str]:
    """The gateway's app behind TLS, on the port of its settings unless another is given; yields the base URL."""
    settings = gateway.settings
    server = make_server(
        create_app(services_of(gateway)),
        host=settings.listen_host,
        port=settings.listen_port if port is None else port,
        threads=settings.server_threads,
        tls=TlsFiles(gateway.home / names.CERTS_FOLDER),
    )
    with running(server) as url:
        yield url


def _stores(settings: Settings) -> Stores:
    engine = open_engine(settings.url)
    require_current(engine)
    return Stores(
        engine=engine,
        deliveries=DeliveryStore(engine),
        records=RecordStore(engine),
        batches=BatchStore(engine),
        absences=AbsenceStore(engine),
        quarantine=QuarantineStore(engine),
        collections=CollectionStore(engine),
        credentials=CredentialStore(engine),
        disseminations=DisseminationStore(engine),
        vitals=VitalsStore(engine),
    )
