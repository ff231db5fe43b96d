"""Every table, once. Times are integers: `_us` microseconds and `_ms` milliseconds since 1970, UTC."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

__all__ = ["metadata"]

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_Serial = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only where the key is INTEGER."""

deliveries = Table(
    "deliveries",
    metadata,
    Column("receipt", String(36), primary_key=True),
    Column("feed", String(80), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("received_us", BigInteger, nullable=False),
    Column("state", String(12), nullable=False),
    Column("lease", String(36)),
    Column("lease_until_us", BigInteger),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("progress", Integer, nullable=False, server_default="0"),
    Column("problems", LargeBinary),
    Index("ix_deliveries_state", "state", "received_us"),
    Index("ix_deliveries_sha256", "sha256", "feed"),
)
"""One delivered file. `state`: received, done, failed. `progress`: items finished. `problems`: the file's."""

delivery_blocks = Table(
    "delivery_blocks",
    metadata,
    Column("receipt", String(36), ForeignKey("deliveries.receipt"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("bytes", LargeBinary, nullable=False),
)
"""The delivered bytes, `limits.BLOCK_BYTES` in each block but the last; `number` counts from 0."""

items = Table(
    "items",
    metadata,
    Column("receipt", String(36), ForeignKey("deliveries.receipt"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("line", Integer, nullable=False),
    Column("fate", String(20), nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("record_id", String(44)),
    Column("number", Integer),
    Column("warnings", LargeBinary),
    Index("ix_items_record", "record_id", "number"),
)
"""One item of a delivery and its single fate. `position` counts items from 1, `line` is where it starts in the file."""

quarantine = Table(
    "quarantine",
    metadata,
    Column("receipt", String(36), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("raw", LargeBinary, nullable=False),
    Column("mapping", String(80), nullable=False),
    Column("mapping_version", String(20), nullable=False),
    Column("problems", LargeBinary, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("state", String(10), nullable=False, server_default="open"),
    Column("fixes", LargeBinary),
    Column("note", Text, nullable=False, server_default=""),
    ForeignKeyConstraint(["receipt", "position"], ["items.receipt", "items.position"]),
)
"""The bytes of what was rejected, with all its problems. `state`: open, replayed, dropped. `fixes`: corrected cells."""

records = Table(
    "records",
    metadata,
    Column("id", String(44), primary_key=True),
    Column("feed", String(80), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("latest", Integer, nullable=False),
    Index("ix_records_feed", "feed", "id"),
)
"""One record. `feed` is the one that brought its latest version: twins share their records."""

record_versions = Table(
    "record_versions",
    metadata,
    Column("record_id", String(44), ForeignKey("records.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("life", Integer, nullable=False, server_default="0"),
    Column("created_ms", BigInteger, nullable=False),
    Column("modified_ms", BigInteger, nullable=False),
    Column("state", String(12), nullable=False),
    Column("receipt", String(36), nullable=False),
    Column("position", Integer, nullable=False),
    Index("ix_record_versions_state", "state", "receipt"),
)
"""One version of a record. `state`: awaiting, released, held, superseded, returned, withdrawn.

`life` counts how often the record was withdrawn before; `created_ms` is when its life began. A withdrawn version has
the content of the one before and the position 0: a delivery's silence brought it, no item.
"""

reviews = Table(
    "reviews",
    metadata,
    Column("record_id", String(44), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("operator", String(60), primary_key=True),
    Column("verdict", String(10), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("statement", LargeBinary, nullable=False),
    Column("jws", Text, nullable=False),
    ForeignKeyConstraint(["record_id", "number"], ["record_versions.record_id", "record_versions.number"]),
)
"""What an operator signed: the canonical statement, which holds the digest of what was approved."""

views = Table(
    "views",
    metadata,
    Column("record_id", String(44), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("key", String(80), primary_key=True),
    Column("document_id", String(36), nullable=False),
    Column("niem", LargeBinary, nullable=False),
    Column("withheld", LargeBinary, nullable=False),
    Column("key_id", String(64), nullable=False),
    Column("at_us", BigInteger, nullable=False),
    ForeignKeyConstraint(["record_id", "number"], ["record_versions.record_id", "record_versions.number"]),
    Index("ix_views_document", "document_id", "number"),
)
"""One signed view of a record version."""

stix_objects = Table(
    "stix_objects",
    metadata,
    Column("seq", _Serial, primary_key=True, autoincrement=True),
    Column("id", String(120), nullable=False),
    Column("type", String(40), nullable=False),
    Column("version", String(40), nullable=False),
    Column("version_key", String(40), nullable=False),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("id", "version_key"),
)
"""One version of one object, stored once however many collections hold it. `version_key` sorts as the instant does."""

view_objects = Table(
    "view_objects",
    metadata,
    Column("record_id", String(44), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("key", String(80), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("object_seq", _Serial, ForeignKey("stix_objects.seq"), nullable=False),
    Index("ix_view_objects_object", "object_seq"),
)

collections = Table(
    "collections",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("agreement", String(60), nullable=False),
    Column("projection", String(60), nullable=False),
    Column("alias", String(130), nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("head_us", BigInteger, nullable=False, server_default="0"),
)
"""One TAXII collection for each agreement and projection. `head_us` is the collection's clock: the last date_added."""

placements = Table(
    "placements",
    metadata,
    Column("collection_id", String(36), ForeignKey("collections.id"), primary_key=True),
    Column("date_added_us", BigInteger, primary_key=True),
    Column("object_seq", _Serial, ForeignKey("stix_objects.seq"), nullable=False),
    Column("stix_id", String(120), nullable=False),
    Column("type", String(40), nullable=False),
    Column("version_key", String(40), nullable=False),
    Column("is_first", Boolean, nullable=False),
    Column("is_latest", Boolean, nullable=False),
    UniqueConstraint("collection_id", "object_seq"),
    Index("ix_placements_latest", "collection_id", "is_latest", "date_added_us"),
    Index("ix_placements_id", "collection_id", "stix_id", "version_key"),
)
"""Where an object stands in a collection; `date_added_us` strictly increases within it and is never reused."""

agreements = Table(
    "agreements",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("version", String(6), primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("loaded_us", BigInteger, nullable=False),
)
"""A loaded version of an agreement never changes."""

credentials = Table(
    "credentials",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("partner", String(60), nullable=False),
    Column("secret_sha256", String(64), nullable=False, unique=True),
    Column("created_us", BigInteger, nullable=False),
    Column("revoked_us", BigInteger),
)
"""A partner's secret, as a hash; it serves as Bearer token and as Basic password."""

disseminations = Table(
    "disseminations",
    metadata,
    Column("seq", _Serial, primary_key=True, autoincrement=True),
    Column("partner", String(60), nullable=False),
    Column("credential", String(36), nullable=False),
    Column("collection_id", String(36), nullable=False),
    Column("agreement", String(60), nullable=False),
    Column("agreement_version", String(6), nullable=False),
    Column("purpose", Text, nullable=False),
    Column("from_us", BigInteger, nullable=False),
    Column("to_us", BigInteger, nullable=False),
    Column("objects", Integer, nullable=False),
    Column("filter", Text, nullable=False),
    Column("source", String(64), nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("channel", String(10), server_default="pull", nullable=False),
    Column("record_id", String(44), server_default="", nullable=False),
    Column("number", Integer, server_default="0", nullable=False),
    Column("reason", Text, server_default="", nullable=False),
    Column("operator", String(60), server_default="", nullable=False),
    Column("statement", Text, server_default="", nullable=False),
    Column("jws", Text, server_default="", nullable=False),
    Index("ix_disseminations_range", "collection_id", "to_us"),
    Index("ix_disseminations_record", "record_id"),
)
"""Who was given what, why and when: one row for each answered page (28 CFR 23.20(g))."""

journal = Table(
    "journal",
    metadata,
    Column("seq", _Serial, primary_key=True, autoincrement=True),
    Column("at_us", BigInteger, nullable=False),
    Column("event", String(40), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
)
"""The audit log. `leaf` is the RFC 6962 leaf hash of `body`: no names, no plates, ids and digests only."""
