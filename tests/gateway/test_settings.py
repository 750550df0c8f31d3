"""Settings come from the environment, and every fault is named at once."""

from datetime import date
from pathlib import Path

import pytest

from gateway.setting_readers import SettingsError
from gateway.settings import Settings, read_settings


def test_defaults_need_nothing():
    assert read_settings({}) == Settings()


def test_every_kind_of_setting_is_read():
    settings = read_settings(
        {
            "CREDITNET_PORT": "0",
            "CREDITNET_DATA": "/tmp/here",
            "CREDITNET_DEADLINE": "1.5",
            "CREDITNET_CLOCK": "2016-10-20T01:00:00+00:00",
            "CREDITNET_DATABASE_URL": "postgresql://root@127.0.0.1/test",
            "CREDITNET_REDIS_URL": "rediss://:word@cache:6380/2",
        }
    )
    assert settings.port == 0
    assert settings.data == Path("/tmp/here")
    assert settings.deadline == 1.5
    assert settings.redis_url == "rediss://:word@cache:6380/2"
    assert settings.today() == date(2016, 10, 20)
    assert settings.core_url() == "postgresql://root@127.0.0.1/test"


def test_all_faults_are_named_together():
    with pytest.raises(SettingsError) as caught:
        read_settings(
            {
                "CREDITNET_PORT": "99999",
                "CREDITNET_DEADLINE": "soon",
                "CREDITNET_CLOCK": "2016-10-20",
                "CREDITNET_DATABASE_URL": "oracle://x",
                "CREDITNET_REDIS_URL": "redis://host:port",
            }
        )
    for name in ("PORT", "DEADLINE", "CLOCK", "DATABASE_URL", "REDIS_URL"):
        assert f"CREDITNET_{name}" in str(caught.value)


def test_the_core_lies_in_the_data_directory():
    assert Settings(data=Path("d")).core_url() == "sqlite:///d/core.sqlite"
