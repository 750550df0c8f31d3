"""The core, the inbox of pushed messages, what could not be matched or read."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _text(name: str, *, null: bool = True) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=null)


def upgrade() -> None:
    """Make all tables."""
    _core()
    _inbox()
    _quarantine()


def _core() -> None:
    op.create_table(
        "registration",
        sa.Column("uscc", sa.Text, primary_key=True),
        _text("registration_number"),
        _text("name", null=False),
        _text("name_key", null=False),
        _text("words", null=False),
        _text("type", null=False),
        _text("status", null=False),
        _text("established_on"),
        _text("approved_on"),
        sa.Column("capital", sa.Double),
        _text("region"),
        _text("section"),
        _text("body", null=False),
        _text("digest", null=False),
        _text("source", null=False),
        sa.Column("generation", sa.Integer, nullable=False),
    )
    for column in (
        "registration_number",
        "name",
        "region",
        "section",
        "established_on",
    ):
        op.create_index(f"registration_{column}", "registration", [column, "uscc"])
    op.create_table(
        "registration_history",
        _text("uscc", null=False),
        _text("valid_from", null=False),
        _text("valid_to", null=False),
        _text("body", null=False),
    )
    op.create_index("registration_history_uscc", "registration_history", ["uscc"])
    op.create_table(
        "bearer",
        sa.Column("name_key", sa.Text, primary_key=True),
        sa.Column("uscc", sa.Text, primary_key=True),
        sa.Column("current", sa.Integer, nullable=False),
    )
    op.create_index("bearer_uscc", "bearer", ["uscc"])
    op.create_table(
        "annual_report",
        sa.Column("uscc", sa.Text, primary_key=True),
        sa.Column("record_id", sa.Text, primary_key=True),
        _text("facts", null=False),
        _text("digest", null=False),
        _text("as_of", null=False),
        sa.Column("generation", sa.Integer, nullable=False),
    )
    op.create_table(
        "sync_state",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("record_type", sa.Text, primary_key=True),
        _text("cursor"),
        sa.Column("generation", sa.Integer, nullable=False),
        _text("completed_at"),
        _text("as_of"),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search USING fts5("
            "uscc UNINDEXED, words, tokenize='trigram')"
        )
    else:
        _trigrams()


def _trigrams() -> None:
    """Index names by trigram where the server lets us; else searches read the table."""
    bind = op.get_bind()
    try:
        with bind.begin_nested():
            op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            op.execute(
                "CREATE INDEX registration_words ON registration "
                "USING gin (words gin_trgm_ops)"
            )
    except sa.exc.DBAPIError:
        return


def _inbox() -> None:
    op.create_table(
        "inbox_message",
        sa.Column("message_id", sa.Text, primary_key=True),
        _text("department", null=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        _text("sent_at", null=False),
        _text("received_at", null=False),
        _text("record_type", null=False),
    )
    op.create_index(
        "inbox_message_department", "inbox_message", ["department", "record_type"]
    )
    op.create_table(
        "inbox_record",
        sa.Column("department", sa.Text, primary_key=True),
        sa.Column("record_type", sa.Text, primary_key=True),
        sa.Column("natural_key", sa.Text, primary_key=True),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        _text("as_of", null=False),
        _text("row_json", null=False),
    )


def _quarantine() -> None:
    place = (_text("department", null=False), _text("record_type", null=False))
    op.create_table(
        "unresolved",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        *place,
        _text("source_record_id", null=False),
        _text("code"),
        _text("name"),
        _text("reason", null=False),
        _text("candidates", null=False),
        _text("raw", null=False),
        _text("received_on", null=False),
    )
    op.create_table(
        "set_aside",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        _text("department", null=False),
        _text("record_type", null=False),
        _text("position", null=False),
        _text("reasons", null=False),
        _text("raw", null=False),
        _text("first_seen", null=False),
    )
    for table in ("unresolved", "set_aside"):
        op.create_index(f"{table}_department", table, ["department", "record_type"])
    op.create_table(
        "contribution",
        sa.Column("department", sa.Text, primary_key=True),
        _text("counts", null=False),
    )
