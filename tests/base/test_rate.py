"""How often something may be asked for."""

from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from redis.exceptions import ConnectionError as RedisConnectionError

from campaign.base import rate


@pytest.fixture(autouse=True)
def _empty() -> None:
    cache.clear()
    rate._here.clear()


def test_the_first_ones_pass_and_the_rest_do_not() -> None:
    assert [rate.allow("key", 3, 3600) for _ in range(5)] == [True, True, True, False, False]
    assert rate.allow("another-key", 3, 3600)


def test_the_next_stretch_of_time_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: 7199.0)
    assert [rate.allow("key", 1, 3600) for _ in range(2)] == [True, False]

    monkeypatch.setattr("time.time", lambda: 7200.0)
    assert rate.allow("key", 1, 3600)


@pytest.mark.parametrize("trouble", [RedisConnectionError("down"), OSError(28, "disk full")])
def test_without_a_cache_the_limit_stands_in_each_process(monkeypatch: pytest.MonkeyPatch, trouble: Exception) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise trouble

    monkeypatch.setattr(cache._connections["default"] if hasattr(cache, "_connections") else cache, "add", fail)

    assert [rate.allow("key", 2, 3600) for _ in range(4)] == [True, True, False, False]


def test_a_file_cache_keeps_counting(settings: Any, tmp_path: Any) -> None:
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(tmp_path)}
    }
    assert [rate.allow("key", 2, 3600) for _ in range(3)] == [True, True, False]


def test_a_key_tells_neither_the_address_nor_the_day() -> None:
    monday, tuesday = (rate.day_key("ip", "192.0.2.1", on=date(2026, 11, day)) for day in (23, 24))

    assert monday != tuesday
    assert "192.0.2.1" not in monday
