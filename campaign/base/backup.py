"""Backup of a whole installation, and its restoration into an empty one.

A backup is a folder: `database/`, `files/`, `keys/` (certificate, keys and settings, apart so that they can be kept
somewhere else) and `manifest.json`, written last, with the size and SHA-256 of every file. Only its owner may read it.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

FORMAT = "qoltanba-backup-1"
MANIFEST = "manifest.json"
DATABASE = {"sqlite": "database/db.sqlite3", "postgresql": "database/database.dump"}
SETTINGS = "keys/env"


class BackupRefused(Exception):
    """A backup was not made, or not restored; the message is for the operator."""


@contextmanager
def _for_owner_only() -> Iterator[None]:
    """Let nobody but the owner read the files that are made meanwhile."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@dataclass(frozen=True, slots=True)
class Report:
    """What was copied: the number of files and their size in bytes altogether."""

    files: int
    size: int


@_for_owner_only()
def back_up(folder: Path, *, at: datetime) -> Report:
    """Copy database, files and keys of this installation into a new folder.

    The database comes first and the files after it, so every file that the copied rows speak of is there.

    :raises BackupRefused: the folder holds something already, or the database cannot be dumped.
    """
    if _has_files(folder):
        raise BackupRefused(f"{folder} is not empty. Name a folder that does not exist yet.")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    _dump_database(folder / DATABASE[connection.vendor])
    for source, name in _sources(folder):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    entries = {name: _describe(folder / name) for name in _names(folder, below=folder)}
    manifest = {"format": FORMAT, "made_at": at.isoformat(), "database": connection.vendor, "files": entries}
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
    return _report(manifest)


@_for_owner_only()
def restore(folder: Path) -> Report:
    """Bring a backup into this installation, which must be empty: no table, no file, no key.

    Everything is checked against the manifest before anything is written.

    :raises BackupRefused: the backup is damaged or made on another kind of database, or the installation is not empty.
    """
    manifest = read_manifest(folder)
    if manifest["database"] != connection.vendor:
        raise BackupRefused(f"The backup is of {manifest['database']}, but DATABASE_URL names {connection.vendor}.")
    _refuse_unless_empty()
    for name in manifest["files"]:
        target = _target(name)
        if target is not None and not (name == SETTINGS and target.exists()):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / name, target)
    _load_database(folder / DATABASE[connection.vendor])
    return _report(manifest)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read a backup's manifest and check every file against it.

    :raises BackupRefused: something is missing, changed or too much.
    """
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BackupRefused(f"{folder} is not a whole backup: {MANIFEST} cannot be read.") from error
    if manifest.get("format") != FORMAT:
        raise BackupRefused(f"{folder} is not a backup of the form {FORMAT}.")
    entries = manifest["files"]
    found = {name for part in ("database", *_folders()) for name in _names(folder / part, below=folder)}
    if different := sorted(entries.keys() ^ found):
        raise BackupRefused(f"The backup is damaged; missing, or not in the manifest: {', '.join(different)}.")
    if changed := sorted(name for name, entry in entries.items() if _describe(folder / name) != entry):
        raise BackupRefused(f"The backup is damaged; changed since it was made: {', '.join(changed)}.")
    return manifest


def _sources(backup: Path) -> Iterator[tuple[Path, str]]:
    """What is copied besides the database, with its name in the backup."""
    for part, root in _folders().items():
        for name in _names(root, below=root):
            if backup.resolve() not in (root / name).resolve().parents:
                yield root / name, f"{part}/{name}"
    if (settings.VAR_DIR / "env").is_file():
        yield settings.VAR_DIR / "env", SETTINGS


def _folders() -> dict[str, Path]:
    return {"files": settings.FILES_DIR, "keys": settings.VAR_DIR / "keys"}


def _target(name: str) -> Path | None:
    """Where a file of the backup goes; None for the database, which is loaded."""
    part, _, rest = name.partition("/")
    if part == "database":
        return None
    return settings.VAR_DIR / "env" if name == SETTINGS else _folders()[part] / rest


def _refuse_unless_empty() -> None:
    """Refuse to restore over anything.

    :raises BackupRefused: there is a table, a file or a key.
    """
    if connection.introspection.table_names():
        raise BackupRefused("The database has tables already. Restore into a new, empty database, before “migrate”.")
    for folder in _folders().values():
        if _has_files(folder):
            raise BackupRefused(f"{folder} is not empty. Restore into an empty installation.")


def _names(folder: Path, *, below: Path) -> list[str]:
    """Every file in a folder, as sorted paths relative to `below`; neither links nor files still being written."""
    found = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    files = (path for path in found if not path.name.startswith(".incomplete-"))
    return sorted(path.relative_to(below).as_posix() for path in files)


def _has_files(folder: Path) -> bool:
    return folder.exists() and any(path for path in folder.rglob("*") if not path.is_dir())


def _describe(file: Path) -> dict[str, Any]:
    with file.open("rb") as content:
        return {"size": file.stat().st_size, "sha256": hashlib.file_digest(content, "sha256").hexdigest()}


def _report(manifest: dict[str, Any]) -> Report:
    entries = manifest["files"].values()
    return Report(files=len(entries), size=sum(entry["size"] for entry in entries))


def _dump_database(target: Path) -> None:
    target.parent.mkdir()
    if connection.vendor == "postgresql":
        _run_postgresql(["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}"])
        return
    connection.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        if copy.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise BackupRefused("The copied database is damaged (PRAGMA quick_check).")


def _load_database(source: Path) -> None:
    if connection.vendor == "postgresql":
        name = str(connection.settings_dict["NAME"])
        options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", f"--dbname={name}"]
        _run_postgresql(["pg_restore", *options, str(source)])
        return
    connection.ensure_connection()
    with closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as copy:
        copy.backup(connection.connection)
    connection.close()


def _run_postgresql(command: list[str]) -> None:
    """Run one of PostgreSQL's programs on the configured database; its password stands in no command line.

    :raises BackupRefused: it failed.
    """
    parameters = connection.get_connection_params()
    names = ("host", "port", "user", "password", "dbname", "sslmode", "sslrootcert", "sslcert", "sslkey", "service")
    address = {_variable(name): str(parameters[name]) for name in names if parameters.get(name)}
    answer = subprocess.run(command, env={**os.environ, **address}, capture_output=True, text=True, check=False)
    if answer.returncode:
        raise BackupRefused(f"{command[0]} failed: {answer.stderr.strip()}")


def _variable(name: str) -> str:
    """The name of libpq's environment variable for a connection parameter."""
    return "PGDATABASE" if name == "dbname" else f"PG{name.upper()}"
