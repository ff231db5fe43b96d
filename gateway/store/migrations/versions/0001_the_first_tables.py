"""The first tables

Revision 0001, after None.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agreements",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("version", sa.String(length=6), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("loaded_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", "version", name=op.f("pk_agreements")),
    )
    op.create_table(
        "collections",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("agreement", sa.String(length=60), nullable=False),
        sa.Column("projection", sa.String(length=60), nullable=False),
        sa.Column("alias", sa.String(length=130), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("head_us", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collections")),
        sa.UniqueConstraint("alias", name=op.f("uq_collections_alias")),
    )
    op.create_table(
        "credentials",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("partner", sa.String(length=60), nullable=False),
        sa.Column("secret_sha256", sa.String(length=64), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("revoked_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credentials")),
        sa.UniqueConstraint("secret_sha256", name=op.f("uq_credentials_secret_sha256")),
    )
    op.create_table(
        "deliveries",
        sa.Column("receipt", sa.String(length=36), nullable=False),
        sa.Column("feed", sa.String(length=80), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("received_us", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("lease", sa.String(length=36), nullable=True),
        sa.Column("lease_until_us", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("progress", sa.Integer(), server_default="0", nullable=False),
        sa.Column("problems", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("receipt", name=op.f("pk_deliveries")),
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index("ix_deliveries_state", ["state", "received_us"], unique=False)
        batch_op.create_index("ix_deliveries_sha256", ["sha256", "feed"], unique=False)

    op.create_table(
        "disseminations",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("partner", sa.String(length=60), nullable=False),
        sa.Column("credential", sa.String(length=36), nullable=False),
        sa.Column("collection_id", sa.String(length=36), nullable=False),
        sa.Column("agreement", sa.String(length=60), nullable=False),
        sa.Column("agreement_version", sa.String(length=6), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("from_us", sa.BigInteger(), nullable=False),
        sa.Column("to_us", sa.BigInteger(), nullable=False),
        sa.Column("objects", sa.Integer(), nullable=False),
        sa.Column("filter", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_disseminations")),
    )
    with op.batch_alter_table("disseminations", schema=None) as batch_op:
        batch_op.create_index("ix_disseminations_range", ["collection_id", "to_us"], unique=False)

    op.create_table(
        "journal",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_journal")),
    )
    op.create_table(
        "records",
        sa.Column("id", sa.String(length=44), nullable=False),
        sa.Column("feed", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("latest", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_records")),
    )
    with op.batch_alter_table("records", schema=None) as batch_op:
        batch_op.create_index("ix_records_feed", ["feed", "id"], unique=False)

    op.create_table(
        "stix_objects",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("version_key", sa.String(length=40), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_stix_objects")),
        sa.UniqueConstraint("id", "version_key", name=op.f("uq_stix_objects_id")),
    )
    op.create_table(
        "delivery_blocks",
        sa.Column("receipt", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["receipt"], ["deliveries.receipt"], name=op.f("fk_delivery_blocks_receipt")),
        sa.PrimaryKeyConstraint("receipt", "number", name=op.f("pk_delivery_blocks")),
    )
    op.create_table(
        "items",
        sa.Column("receipt", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("fate", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("record_id", sa.String(length=44), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("warnings", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["receipt"], ["deliveries.receipt"], name=op.f("fk_items_receipt")),
        sa.PrimaryKeyConstraint("receipt", "position", name=op.f("pk_items")),
    )
    with op.batch_alter_table("items", schema=None) as batch_op:
        batch_op.create_index("ix_items_record", ["record_id", "number"], unique=False)

    op.create_table(
        "placements",
        sa.Column("collection_id", sa.String(length=36), nullable=False),
        sa.Column("date_added_us", sa.BigInteger(), nullable=False),
        sa.Column("object_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stix_id", sa.String(length=120), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("version_key", sa.String(length=40), nullable=False),
        sa.Column("is_first", sa.Boolean(), nullable=False),
        sa.Column("is_latest", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["collection_id"], ["collections.id"], name=op.f("fk_placements_collection_id")),
        sa.ForeignKeyConstraint(["object_seq"], ["stix_objects.seq"], name=op.f("fk_placements_object_seq")),
        sa.PrimaryKeyConstraint("collection_id", "date_added_us", name=op.f("pk_placements")),
        sa.UniqueConstraint("collection_id", "object_seq", name=op.f("uq_placements_collection_id")),
    )
    with op.batch_alter_table("placements", schema=None) as batch_op:
        batch_op.create_index("ix_placements_id", ["collection_id", "stix_id", "version_key"], unique=False)
        batch_op.create_index("ix_placements_latest", ["collection_id", "is_latest", "date_added_us"], unique=False)

    op.create_table(
        "record_versions",
        sa.Column("record_id", sa.String(length=44), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("life", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("modified_ms", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("receipt", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_record_versions_record_id")),
        sa.PrimaryKeyConstraint("record_id", "number", name=op.f("pk_record_versions")),
    )
    with op.batch_alter_table("record_versions", schema=None) as batch_op:
        batch_op.create_index("ix_record_versions_state", ["state", "receipt"], unique=False)

    op.create_table(
        "view_objects",
        sa.Column("record_id", sa.String(length=44), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("object_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["object_seq"], ["stix_objects.seq"], name=op.f("fk_view_objects_object_seq")),
        sa.PrimaryKeyConstraint("record_id", "number", "key", "position", name=op.f("pk_view_objects")),
    )
    with op.batch_alter_table("view_objects", schema=None) as batch_op:
        batch_op.create_index("ix_view_objects_object", ["object_seq"], unique=False)

    op.create_table(
        "quarantine",
        sa.Column("receipt", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("mapping", sa.String(length=80), nullable=False),
        sa.Column("mapping_version", sa.String(length=20), nullable=False),
        sa.Column("problems", sa.LargeBinary(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), server_default="open", nullable=False),
        sa.Column("fixes", sa.LargeBinary(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["receipt", "position"], ["items.receipt", "items.position"], name=op.f("fk_quarantine_receipt")
        ),
        sa.PrimaryKeyConstraint("receipt", "position", name=op.f("pk_quarantine")),
    )
    op.create_table(
        "reviews",
        sa.Column("record_id", sa.String(length=44), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("operator", sa.String(length=60), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("statement", sa.LargeBinary(), nullable=False),
        sa.Column("jws", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id", "number"],
            ["record_versions.record_id", "record_versions.number"],
            name=op.f("fk_reviews_record_id"),
        ),
        sa.PrimaryKeyConstraint("record_id", "number", "operator", name=op.f("pk_reviews")),
    )
    op.create_table(
        "views",
        sa.Column("record_id", sa.String(length=44), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("document_id", sa.String(length=36), nullable=False),
        sa.Column("niem", sa.LargeBinary(), nullable=False),
        sa.Column("withheld", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id", "number"],
            ["record_versions.record_id", "record_versions.number"],
            name=op.f("fk_views_record_id"),
        ),
        sa.PrimaryKeyConstraint("record_id", "number", "key", name=op.f("pk_views")),
    )
    with op.batch_alter_table("views", schema=None) as batch_op:
        batch_op.create_index("ix_views_document", ["document_id", "number"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("views", schema=None) as batch_op:
        batch_op.drop_index("ix_views_document")

    op.drop_table("views")
    op.drop_table("reviews")
    op.drop_table("quarantine")
    with op.batch_alter_table("view_objects", schema=None) as batch_op:
        batch_op.drop_index("ix_view_objects_object")

    op.drop_table("view_objects")
    with op.batch_alter_table("record_versions", schema=None) as batch_op:
        batch_op.drop_index("ix_record_versions_state")

    op.drop_table("record_versions")
    with op.batch_alter_table("placements", schema=None) as batch_op:
        batch_op.drop_index("ix_placements_latest")
        batch_op.drop_index("ix_placements_id")

    op.drop_table("placements")
    with op.batch_alter_table("items", schema=None) as batch_op:
        batch_op.drop_index("ix_items_record")

    op.drop_table("items")
    op.drop_table("stix_objects")
    op.drop_table("records")
    op.drop_table("journal")
    with op.batch_alter_table("disseminations", schema=None) as batch_op:
        batch_op.drop_index("ix_disseminations_range")

    op.drop_table("disseminations")
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index("ix_deliveries_sha256")
        batch_op.drop_index("ix_deliveries_state")

    op.drop_table("deliveries")
    op.drop_table("credentials")
    op.drop_table("collections")
    op.drop_table("agreements")
