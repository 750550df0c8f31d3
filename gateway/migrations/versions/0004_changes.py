"""The log of changes, and how far departments were polled for them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _text(name: str, *, null: bool = True, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=null and not key, primary_key=key)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "change_log",
        sa.Column("number", _NUMBER, primary_key=True, autoincrement=True),
        _text("at", null=False),
        _text("department", null=False),
        _text("record_type", null=False),
        _text("identity", null=False),
        sa.Column("known", sa.Boolean, nullable=False),
        _text("before_row"),
        _text("before_as_of"),
        _text("after_row", null=False),
        _text("after_as_of", null=False),
        sqlite_autoincrement=True,  # a number is never given twice
    )
    op.create_index(
        "change_log_identity",
        "change_log",
        ["department", "record_type", "identity", "number"],
    )
    op.create_index("change_log_at", "change_log", ["at"])
    op.create_table(
        "change_log_start",
        sa.Column("number", _NUMBER, primary_key=True, autoincrement=False),
        _text("at", null=False),
    )
    op.execute("INSERT INTO change_log_start (number, at) VALUES (0, '')")
    _polling()


def _polling() -> None:
    op.create_table(
        "polling",
        _text("department", key=True),
        _text("record_type", key=True),
        _text("cursor", null=False),
        sa.Column("begun", sa.Boolean, nullable=False),
    )
    op.create_table(
        "polled_record",
        _text("department", key=True),
        _text("record_type", key=True),
        _text("identity", key=True),
        _text("digest", null=False),
    )
    op.create_table(
        "lease",
        _text("name", key=True),
        _text("holder", null=False),
        sa.Column("until", sa.Double, nullable=False),
    )
