"""Private servers for tests and benches: PostgreSQL, Redis, SMTP and the whole site, each on a free port of 127.0.0.1.

Every one lives in a temporary folder of its own, is started by the `with` statement that needs it and is gone after it.
Servers that happen to run on the machine are never touched.
"""

import contextlib
import email
import email.policy
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = "qoltanba_migrated"  # the database from which others are copied: all tables, and what migrations write


class ServerFailed(Exception):
    """A private server did not start; the message carries the end of its log."""


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def postgresql(*, durable: bool = False) -> Iterator[str]:
    """Run a private PostgreSQL (UTF-8, ICU) and give its address for DATABASE_URL, naming the database `qoltanba`.

    :param durable: write through to the disk as a real installation does; benches need that, tests do not.
    """
    with _folder("postgresql") as folder:
        data, log, password = folder / "data", folder / "log", secrets.token_hex(16)
        password_file = folder / "password"
        password_file.write_text(password)
        prefix = _as_ordinary_user(folder)
        binaries = _postgresql_binaries()
        initdb = [*prefix, binaries / "initdb", "--pgdata", data, "--username=qoltanba", "--pwfile", password_file]
        initdb += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"]
        initdb += ["--locale-provider=icu", "--icu-locale=und", *([] if durable else ["--no-sync"])]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, cwd=folder)
        port = free_port()
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": str(folder),
            "max_connections": "100",
            "synchronous_commit": "on",
            "fsync": "on" if durable else "off",
        }
        command = [*prefix, binaries / "postgres", "-D", data]
        command += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with _running(command, log=log, stop=signal.SIGINT, ready=lambda: _accepts_clients(data)):
            environment = {**os.environ, "PGPASSWORD": password}
            address = ["--host=127.0.0.1", f"--port={port}", "--username=qoltanba"]
            subprocess.run([binaries / "createdb", *address, "qoltanba"], check=True, env=environment)
            yield f"postgres://qoltanba:{password}@127.0.0.1:{port}/qoltanba"


def make_template(address: str) -> None:
    """Make the database TEMPLATE on this PostgreSQL, migrated once for all that are copied from it."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {TEMPLATE}")
    _migrate_alone(database_of(address, TEMPLATE))


def make_template_file(file: Path) -> None:
    """The same as a file of SQLite."""
    _migrate_alone(f"sqlite:///{file}")


def _migrate_alone(database: str) -> None:
    with _folder("template") as folder:
        _migrate({**os.environ, **embedded(folder), "DATABASE_URL": database}, folder)


def database_of(address: str, name: str) -> str:
    """The address of another database on the same PostgreSQL."""
    return urlunsplit(urlsplit(address)._replace(path=f"/{name}"))


@contextlib.contextmanager
def redis(port: int = 0) -> Iterator[str]:
    """Run a private Redis that keeps nothing on disk, and give its address without a database number.

    :param port: where it was before, for one that comes back; otherwise a free one.
    """
    with _folder("redis") as folder:
        port = port or free_port()
        command = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder)]
        command += ["--save", "", "--appendonly", "no", "--databases", "64"]
        log = folder / "log"
        with _running(command, log=log, stop=signal.SIGTERM, ready=lambda: "Ready to accept" in log.read_text()):
            yield f"redis://127.0.0.1:{port}"


@dataclass
class Mailbox:
    """What the private SMTP server has taken, oldest first."""

    port: int = 0
    messages: list[EmailMessage] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The value for EMAIL_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Take one message; its envelope's recipients stand in the header X-Envelope-To."""
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        message = email.message_from_bytes(content, policy=email.policy.default)
        message["X-Envelope-To"] = ", ".join(envelope.rcpt_tos)
        self.messages.append(message)
        return "250 OK"


@contextlib.contextmanager
def smtp() -> Iterator[Mailbox]:
    """Run a private SMTP server in a thread and give the mailbox that it fills."""
    mailbox = Mailbox(port=free_port())
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


@contextlib.contextmanager
def site(folder: Path, environment: Mapping[str, str] | None = None, *, has_tables: bool = False) -> Iterator[str]:
    """Run the whole site, as `make run` does, with `folder` as its VAR_DIR, and give its address.

    The database is migrated first; nothing is seeded.

    :param environment: what differs from the embedded default, by the names of `deploy/env.example`.
    :param has_tables: the database is migrated already.
    """
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    settings = {**os.environ, **embedded(folder), "PORT": str(port), "SITE_URL": address, **(environment or {})}
    if not has_tables:
        _migrate(settings, folder)
    command = [sys.executable, ROOT / "deploy" / "run.py"]
    log = folder / "site.log"
    with _running(command, log=log, stop=signal.SIGTERM, ready=lambda: "is running" in log.read_text(), env=settings):
        yield address


def _migrate(settings: Mapping[str, str], folder: Path) -> None:
    command = [sys.executable, ROOT / "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(command, check=True, cwd=folder, env=settings)


def embedded(folder: Path) -> dict[str, str]:
    """The environment of an embedded demonstration that keeps everything in `folder`."""
    return {
        "VAR_DIR": str(folder),
        "SECRET_KEY": "only-for-tests-" + "0123456789abcdef" * 4,
        "DEMONSTRATION": "true",
        "DEBUG": "false",
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "CACHE_URL": f"filecache://{folder / 'cache'}",
        "BROKER_URL": "filesystem://",
        "FILES_DIR": str(folder / "files"),
        "EMAIL_URL": "filemail://",
    }


@contextlib.contextmanager
def _folder(name: str) -> Iterator[Path]:
    """A temporary folder with a short path (sockets allow some 100 characters), removed afterwards."""
    path = Path(tempfile.mkdtemp(prefix=f"qoltanba-{name}-"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _as_ordinary_user(folder: Path) -> list[str]:
    """How a command begins that must not run as root; `folder` is given to that user."""
    if os.geteuid() != 0:
        return []
    user = pwd.getpwnam("postgres")
    for path in (folder, *folder.iterdir()):
        os.chown(path, user.pw_uid, user.pw_gid)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--"]


def _postgresql_binaries() -> Path:
    """The folder of Debian's newest PostgreSQL server."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if not versions:
        raise ServerFailed("PostgreSQL's server is not installed: see deploy/packages-test.txt.")
    return versions[-1].parent


def _accepts_clients(data: Path) -> bool:
    """PostgreSQL writes its state on the last line of postmaster.pid."""
    pid_file = data / "postmaster.pid"
    try:
        return pid_file.read_text().splitlines()[-1].strip() == "ready"
    except (FileNotFoundError, IndexError):
        return False


@contextlib.contextmanager
def _running(
    command: list[str | Path],
    *,
    log: Path,
    stop: signal.Signals,
    ready: Callable[[], bool],
    env: Mapping[str, str] | None = None,
) -> Iterator[None]:
    """Run a server until the block ends: asked to stop first, killed after ten seconds.

    :raises ServerFailed: it was not ready after a minute.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, cwd=log.parent, env=env)
    try:
        deadline = time.monotonic() + 60
        while not ready():
            if process.poll() is not None or time.monotonic() > deadline:
                raise ServerFailed(f"{command[0]} did not start:\n{log.read_text(errors='replace')[-4000:]}")
            time.sleep(0.02)
        yield
    finally:
        process.send_signal(stop)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
