"""Annual reports: those of an enterprise side by side, their facts as UTF-8 bytes."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Keep the reports in the order in which they are read."""
    if op.get_bind().dialect.name == "sqlite":
        _in_order_of_key()
    else:
        op.execute(
            "ALTER TABLE annual_report "
            "ALTER COLUMN facts TYPE bytea USING convert_to(facts, 'UTF8')"
        )


def _in_order_of_key() -> None:
    op.rename_table("annual_report", "former_annual_report")
    op.create_table(
        "annual_report",
        sa.Column("uscc", sa.Text, primary_key=True),
        sa.Column("record_id", sa.Text, primary_key=True),
        sa.Column("facts", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("as_of", sa.Text, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO annual_report SELECT uscc, record_id, CAST(facts AS BLOB), "
        "digest, as_of, generation FROM former_annual_report ORDER BY uscc, record_id"
    )
    op.drop_table("former_annual_report")
