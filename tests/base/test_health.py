"""A supervisor asks whether the process lives and whether readers can be served."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from redis.exceptions import RedisError

from campaign.pages import health


def test_a_living_process_says_so_without_a_database(client):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"process": "ok"})
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.database
@pytest.mark.broker
def test_a_whole_installation_is_ready(client, db):
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"database": "ok", "cache": "ok", "migrations": "ok"})


def test_a_missing_migration_is_told(client, db):
    health.last_migrations()
    MigrationRecorder(connection).migration_qs.filter(app="base").delete()

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["migrations"]) == (503, "missing")


def test_a_lost_database_is_told_and_migrations_are_not_asked_for(client, db, monkeypatch):
    lost = connection.copy()
    lost.settings_dict["NAME"] = "/nowhere/db.sqlite3"
    monkeypatch.setattr(health, "connection", lost)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (503, {"database": "unreachable", "cache": "ok"})


@pytest.mark.parametrize("failure", [RedisError("gone"), OSError("full disk")])
def test_a_lost_cache_is_told(client, db, monkeypatch, failure):
    def fail(*args, **kwargs):
        raise failure

    monkeypatch.setattr(cache, "set", fail)

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["cache"]) == (503, "unreachable")


def test_health_changes_nothing(client):
    assert client.post("/healthz").status_code == 405
