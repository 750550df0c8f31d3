"""Versions of the gateway's tables."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy import Connection

SCRIPTS = Path(__file__).parent


def upgrade(connection: Connection, version: str = "head") -> None:
    """Bring the tables to a version, the newest one.

    Raises alembic's CommandError for a database that a newer gateway made.
    """
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    command.upgrade(config, version)


__all__ = ["CommandError", "upgrade"]
