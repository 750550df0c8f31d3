"""Tokens that count no more, and certificates beside keys."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the table of the one, and a column for the other."""
    op.create_table(
        "revoked_token",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("jti", sa.Text, unique=True),
        sa.Column("subject", sa.Text, unique=True),
        sa.Column("issued", sa.Text),
        sa.Column("created", sa.Text, nullable=False),
        sa.Column("until", sa.Text),
    )
    op.add_column(
        "api_key", sa.Column("kind", sa.Text, nullable=False, server_default="secret")
    )
