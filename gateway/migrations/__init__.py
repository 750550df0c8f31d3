"""Versions of the gateway's tables."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy import Connection

SCRIPTS = Path(__file__).parent


def upgrade(connection: Connection) -> None:
    """Bring the tables to the newest version.

    Raises alembic's CommandError for a database that a newer gateway made.
    """
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


__all__ = ["CommandError", "upgrade"]
