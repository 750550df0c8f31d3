"""The guides name everything that a user can say, and nothing that is not there."""

import dataclasses
import re
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from adapters.conformance.catalogue import CHECKS
from adapters.field_rule_reader import READERS
from adapters.kinds import credentials, rate, signing, web
from adapters.kinds.files import options as files
from adapters.kinds.graphql import options as graphql
from adapters.kinds.push import transport as push
from adapters.kinds.rest import options as rest
from adapters.kinds.soap import options as soap
from adapters.kinds.sql import options as sql
from adapters.registry import DEPARTMENTS
from gateway.cli import app
from gateway.settings import Settings
from mock_departments import host
from mock_departments.files import service as files_service
from mock_departments.graphql.server import GraphqlService
from mock_departments.push import PushService
from mock_departments.rest.server import RestService
from mock_departments.soap.server import SoapService
from mock_departments.sql.sqlite import SqliteDatabase
from mock_departments.world.reader import StoredWorld
from schema import errors

DOCS = Path(__file__).parent.parent / "docs"
PROFILES = (
    files_service._PROFILES | {"gbk"},
    GraphqlService.profiles,
    PushService.profiles,
    RestService.profiles,
    SoapService.profiles,
    SqliteDatabase.profiles,
)
STRUCTS = (
    *(
        web.Connection,
        credentials.Auth,
        signing.Signing,
        signing.SigningHeaders,
        web.Tls,
        rate.Rate,
        graphql.Connection,
        graphql.Entity,
        graphql.Scan,
        graphql.Section,
    ),
    *(files.Connection, files.Section, push.Connection),
    *(rest.Request, rest.Paging, rest.Success, rest.NoneWhen, rest.Section),
    *(soap.Connection, soap.Ticket, soap.Security, soap.Request, soap.Section),
    *(sql._Connection, sql._View),
)


def words_of(name: str) -> set[str]:
    """All words that a guide shows as code."""
    text = (DOCS / name).read_text(encoding="utf-8")
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    return {word for span in spans for word in re.findall(r"[A-Za-z][\w-]*", span)}


def test_every_setting():
    names = {
        f"CREDITNET_{field.name.upper()}" for field in dataclasses.fields(Settings)
    }
    told = {word for word in words_of("operators.md") if word.startswith("CREDITNET_")}
    assert names <= told
    assert told - names == {
        "CREDITNET_MOCK_DATABASE_URL",
        "CREDITNET_SECRET_FILE",
        "CREDITNET_TEST_ADAPTERS",
        "CREDITNET_TEST_MARIADB",
        "CREDITNET_TEST_NATS",
        "CREDITNET_TEST_POSTGRESQL",
        "CREDITNET_TEST_RABBITMQ",
        "CREDITNET_TEST_REDIS",
    }


def test_every_command():
    told = (DOCS / "operators.md").read_text(encoding="utf-8")
    groups = ("", "core", "mock", "adapter", "presence", "record", "key", "token")
    for group in (*groups, "policy", "audit", "receipt", "documents", "schema"):
        usage = CliRunner().invoke(app, [*group.split(), "--help"]).output
        listed = usage.split("Commands")[-1]
        for command in re.findall(r"^│ ([a-z]+)", listed, flags=re.MULTILINE):
            assert command in told, command


def test_every_error_code():
    kinds = [one for one in vars(errors).values() if isinstance(one, type)]
    codes = {str(vars(one)["code"]) for one in kinds if "code" in vars(one)}
    assert codes
    assert codes <= words_of("operators.md")


def test_every_department():
    files_ = {path.stem for path in DEPARTMENTS.glob("*.toml")}
    told = {word for word in words_of("departments.md") if word.startswith("QH-")}
    assert told == files_ == set(host.KIND_OF)


def test_every_word_of_the_declaration_language():
    told = words_of("declarations.md")
    words = {f.encode_name for one in STRUCTS for f in msgspec.structs.fields(one)}
    assert not (words | set(READERS)) - told


def test_every_check():
    text = (DOCS / "conformance.md").read_text(encoding="utf-8")
    told = re.findall(r"^## ([A-Z]\d+)$", text, flags=re.MULTILINE)
    assert told == [check.id for check in CHECKS]


def test_every_story(world: StoredWorld):
    told = words_of("stories.md")
    assert set(world.stories()) <= told


@pytest.mark.parametrize("profiles", PROFILES)
def test_every_fault(profiles: frozenset[str]):
    assert profiles <= words_of("stories.md")
