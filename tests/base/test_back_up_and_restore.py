"""An operator copies an installation and brings the copy up in an empty place."""

import json
import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from campaign.base.backup import BackupRefused, back_up, read_manifest, restore
from tests.plugins import backend
from tests.servers import ROOT, embedded

NOON = datetime(2026, 5, 4, 7, tzinfo=UTC)
pytestmark = [pytest.mark.usefixtures("committed"), pytest.mark.database]


@pytest.fixture
def installation(tmp_path, settings, django_user_model):
    """An installation with a person, two files and a key."""
    settings.VAR_DIR = tmp_path / "var"
    settings.FILES_DIR = settings.VAR_DIR / "files"
    for name, content in {
        "files/editions/letter.pdf": b"%PDF-1.7 \xd3\x99",
        "files/logo.png": b"\x89PNG",
        "keys/signing.p12": b"secret",
        "env": b"SECRET_KEY=old",
    }.items():
        path = settings.VAR_DIR / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    django_user_model.objects.create(email="aigul@example.org", language="kk")
    return settings.VAR_DIR


@pytest.fixture
def empty_place(tmp_path, settings):
    """The environment of an installation with nothing in it, its database empty."""
    environment = {**os.environ, **embedded(tmp_path / "new")}
    (tmp_path / "new").mkdir()
    if backend() == "postgresql":
        environment["DATABASE_URL"] = new_postgresql_database()
    return environment


def new_postgresql_database():
    """Create an empty database beside the one of the tests and give its address."""
    name = f"{connection.settings_dict['NAME']}_restored"
    with psycopg.connect(os.environ["TEST_POSTGRESQL"], autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name}")
        server.execute(f"CREATE DATABASE {name}")
    return urlunsplit(urlsplit(os.environ["TEST_POSTGRESQL"])._replace(path=f"/{name}"))


def restore_in(environment, folder):
    command = [sys.executable, ROOT / "manage.py", "restore", folder]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def rows(cursor, tables):
    """Every row of every table, in an order of their own."""
    found = {}
    for table in tables:
        cursor.execute(f'SELECT * FROM "{table}"')
        found[table] = sorted(repr(tuple(map(plain, row))) for row in cursor.fetchall())
    return found


def plain(value):
    """What two drivers give differently for the same value, made alike."""
    if isinstance(value, memoryview):
        return bytes(value)
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) and value.tzinfo else value


def rows_here():
    """What stands in the tests' database, read below Django so that both databases are read alike."""
    connection.ensure_connection()
    return rows(connection.connection.cursor(), connection.introspection.table_names())


def rows_of(environment):
    tables = connection.introspection.table_names()
    if backend() == "postgresql":
        with psycopg.connect(environment["DATABASE_URL"]) as client:
            return rows(client.cursor(), tables)
    file = Path(environment["VAR_DIR"]) / "db.sqlite3"
    with closing(sqlite3.connect(file, detect_types=sqlite3.PARSE_DECLTYPES)) as client:
        return rows(client.cursor(), tables)


def test_an_empty_installation_gets_every_row_file_and_key(installation, empty_place, tmp_path):
    call_command("backup", str(tmp_path / "backup"))

    answer = restore_in(empty_place, tmp_path / "backup")

    assert answer.stderr == ""
    assert rows_of(empty_place) == rows_here()
    assert any("aigul@example.org" in row for row in rows_of(empty_place)["base_user"])
    place = Path(empty_place["VAR_DIR"])
    for name in ("files/editions/letter.pdf", "files/logo.png", "keys/signing.p12", "env"):
        assert (place / name).read_bytes() == (installation / name).read_bytes()
    assert stat.S_IMODE((place / "keys" / "signing.p12").stat().st_mode) == 0o600


def test_a_restored_installation_is_not_restored_over(installation, empty_place, tmp_path):
    call_command("backup", str(tmp_path / "backup"))
    restore_in(empty_place, tmp_path / "backup")

    answer = restore_in(empty_place, tmp_path / "backup")

    assert answer.returncode == 1
    assert "The database has tables already." in answer.stderr


def test_settings_that_are_there_already_stay(installation, empty_place, tmp_path):
    call_command("backup", str(tmp_path / "backup"))
    settings_file = Path(empty_place["VAR_DIR"]) / "env"
    settings_file.write_text("SECRET_KEY=new")

    restore_in(empty_place, tmp_path / "backup")

    assert settings_file.read_text() == "SECRET_KEY=new"


def test_keys_lie_apart_and_nobody_else_reads_a_backup(installation, tmp_path):
    back_up(tmp_path / "backup", at=NOON)

    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "backup").rglob("*")}
    assert stat.S_IMODE((tmp_path / "backup").stat().st_mode) == 0o700
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o600}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
    assert sorted(path.name for path in (tmp_path / "backup" / "keys").iterdir()) == ["env", "signing.p12"]


def test_a_backup_is_not_made_over_another(installation, tmp_path):
    back_up(tmp_path / "backup", at=NOON)

    with pytest.raises(CommandError, match="is not empty"):
        call_command("backup", str(tmp_path / "backup"))


@pytest.mark.parametrize("damage", ["changed", "missing", "added", "manifest lost"])
def test_a_damaged_backup_is_refused_before_anything_is_written(installation, empty_place, tmp_path, damage):
    back_up(tmp_path / "backup", at=NOON)
    file = tmp_path / "backup" / "files" / "logo.png"
    match damage:
        case "changed":
            file.write_bytes(b"\x89PNH")
        case "missing":
            file.unlink()
        case "added":
            (file.parent / "extra.png").write_bytes(b"")
        case _:
            (tmp_path / "backup" / "manifest.json").unlink()

    with pytest.raises(BackupRefused, match=r"damaged|not a whole backup"):
        read_manifest(tmp_path / "backup")
    answer = restore_in(empty_place, tmp_path / "backup")

    assert answer.returncode == 1
    assert not (Path(empty_place["VAR_DIR"]) / "files").exists()
    assert not (Path(empty_place["VAR_DIR"]) / "keys").exists()


def test_a_backup_of_the_other_database_is_refused(installation, tmp_path):
    back_up(tmp_path / "backup", at=NOON)
    manifest = json.loads((tmp_path / "backup" / "manifest.json").read_text())
    manifest["database"] = "another"
    (tmp_path / "backup" / "manifest.json").write_text(json.dumps(manifest))

    with pytest.raises(BackupRefused, match="The backup is of another"):
        restore(tmp_path / "backup")


def test_a_backup_inside_the_files_does_not_copy_itself(installation):
    back_up(installation / "files" / "backup", at=NOON)

    names = read_manifest(installation / "files" / "backup")["files"]
    assert [name for name in names if "backup" in name] == []
