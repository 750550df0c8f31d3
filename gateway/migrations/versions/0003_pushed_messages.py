"""Message numbers are each department's own; what could not be taken is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
_COLUMNS = "message_id, department, sequence, sent_at, received_at, record_type"


def upgrade() -> None:
    """Rebuild the table of messages, add that of refused ones."""
    op.rename_table("inbox_message", "inbox_message_before")
    op.drop_index("inbox_message_department", "inbox_message_before")
    op.create_table(
        "inbox_message",
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("message_id", sa.Text, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("sent_at", sa.Text, nullable=False),
        sa.Column("received_at", sa.Text, nullable=False),
        sa.Column("record_type", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("department", "message_id", name="inbox_message_key"),
    )
    op.execute(
        f"INSERT INTO inbox_message ({_COLUMNS}) "  # noqa: S608
        f"SELECT {_COLUMNS} FROM inbox_message_before"
    )
    op.drop_table("inbox_message_before")
    op.create_index(
        "inbox_message_department", "inbox_message", ["department", "record_type"]
    )
    op.create_table(
        "refused_message",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("way", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("first_seen", sa.Text, nullable=False),
        sa.Column("last_seen", sa.Text, nullable=False),
        sa.UniqueConstraint("department", "digest", name="refused_message_once"),
    )
