"""Whom unresolved records are about, as officers settled it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _text(name: str, *, null: bool = True) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=null)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "settlement",
        sa.Column("number", _NUMBER, primary_key=True, autoincrement=True),
        _text("at", null=False),
        _text("by", null=False),
        _text("why", null=False),
        _text("department", null=False),
        _text("record_type"),
        _text("source_record_id"),
        _text("code"),
        _text("name"),
        _text("uscc"),
        _text("withdrawn_at"),
        _text("withdrawn_by"),
        sqlite_autoincrement=True,  # a number is never given twice
    )
