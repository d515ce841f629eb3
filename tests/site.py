"""A whole private site for tests that need web, workers, clock, broker and database as they really run."""

import contextlib
import email
import email.policy
import http.cookiejar
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TypeVar

import psycopg

from tests import servers
from tests.plugins import backend

MAIN_PROGRAMS = {
    "gunicorn": "web",
    "--queues=mail": "worker-mail",
    "--queues=pdf": "worker-pdf",
    "--queues=checks": "worker-checks",
    " beat ": "beat",
}
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Site:
    """A running site: its address, its folder, and the environment in which `manage.py` meets it."""

    url: str
    folder: Path
    environment: Mapping[str, str]

    @property
    def mail(self) -> Path:
        """The folder in which captured mail lies."""
        return self.folder / "mail"

    def messages(self, to: str) -> list[EmailMessage]:
        """The captured messages to this address, oldest first."""
        files = sorted(self.mail.glob("*.log"), key=lambda file: file.stat().st_mtime_ns)
        found = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]
        return [message for message in found if message["To"] == to]

    def manage(self, *arguments: str | Path, typed: str = "") -> str:
        """Run `manage.py` in this site's environment and give what it printed.

        :param typed: what it reads from its standard input.
        """
        command = [sys.executable, servers.ROOT / "manage.py", *arguments]
        done = subprocess.run(
            command, env=self.environment, input=typed, capture_output=True, text=True, check=False, cwd=self.folder
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def do(self, code: str) -> str:
        """Run lines of Python in this site's environment, Django set up, and give what they printed."""
        return self.manage("shell", "--verbosity=0", "--command", code)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What the site's database answers."""
        address = self.environment["DATABASE_URL"]
        if address.startswith("sqlite:///"):
            with contextlib.closing(sqlite3.connect(address.removeprefix("sqlite:///"), timeout=20)) as database:
                return database.execute(sql).fetchall()
        with psycopg.connect(address) as server:
            return server.execute(sql).fetchall()  # type: ignore[call-overload, no-any-return]

    def programs(self) -> dict[str, int]:
        """The main process of each of the site's programs."""
        return main_programs(supervisor(self.folder))

    def children_of(self, program: str) -> list[int]:
        """The processes in which a program works."""
        top = self.programs().get(program)
        return [] if top is None else sorted(pid for pid, (parent, _) in processes().items() if parent == top)


@contextlib.contextmanager
def running_site(folder: Path, environment: Mapping[str, str] | None = None) -> Iterator[Site]:
    """Run a whole site in this folder, as `make run` does; only what it started is ended.

    On SQLite it is the embedded default; in the PostgreSQL pass it has a database of its own and the Redis of the tests. It is not asked
    to stop but ended, so that nobody waits for the last words of its workers: how it stops is a test of its own.

    :param environment: what differs from that.
    """
    with _database(f"site_{os.getpid()}_{time.monotonic_ns()}") as grown:
        differs = {**grown, **(environment or {})}
        with servers.site(folder, differs, has_tables=bool(grown) or lay_tables(folder)) as url:
            port = url.rpartition(":")[2]
            settings = {**os.environ, **servers.embedded(folder), "PORT": port, "SITE_URL": url, **differs}
            running = Site(url, folder, settings)
            try:
                yield running
            finally:
                for program in running.programs().values():
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(program, signal.SIGKILL)


def lay_tables(folder: Path) -> bool:
    """Copy the migrated file of SQLite that `tests/run.py` has made to where a site in this folder looks for its own; whether there is
    one.
    """
    if "TEST_SQLITE" not in os.environ:
        return False
    shutil.copy(os.environ["TEST_SQLITE"], folder / "db.sqlite3")
    return True


@contextlib.contextmanager
def _database(name: str) -> Iterator[dict[str, str]]:
    """In the PostgreSQL pass, a database with all tables beside that of the tests and two free numbers of their Redis."""
    if backend() != "postgresql":
        yield {}
        return
    server = os.environ["TEST_POSTGRESQL"]
    number = 32 + 2 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {servers.TEMPLATE}")  # type: ignore[call-overload]
        try:
            yield {
                "DATABASE_URL": servers.database_of(server, name),
                "CACHE_URL": f"{os.environ['TEST_REDIS']}/{number}",
                "BROKER_URL": f"{os.environ['TEST_REDIS']}/{number + 1}",
            }
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[call-overload]


def processes() -> dict[int, tuple[int, str]]:
    """All processes of the machine at this moment as {pid: (parent's pid, command line)}, zombies included."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            found[int(folder.name)] = (parent, (folder / "cmdline").read_text().replace("\0", " "))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def descendants(top: int, among: dict[int, tuple[int, str]]) -> set[int]:
    """Everything that a process started, and what that started."""
    children = {pid for pid, (parent, _) in among.items() if parent == top}
    return children.union(*(descendants(child, among) for child in children))


def supervisor(folder: Path) -> int:
    """The pid of the site that runs in this folder."""
    among = processes()
    mine = [pid for pid in descendants(os.getpid(), among) if "deploy/run.py" in among[pid][1]]
    (found,) = [pid for pid in mine if f"VAR_DIR={folder}\0" in Path(f"/proc/{pid}/environ").read_text()]
    return found


def main_programs(top: int) -> dict[str, int]:
    """The direct children of the supervisor by the name that it gives them."""
    children = {pid: command for pid, (parent, command) in processes().items() if parent == top}
    return {name: pid for pid, command in children.items() for word, name in MAIN_PROGRAMS.items() if word in command}


def wait_until(question: Callable[[], Answer], seconds: float = 20, *, pause: float = 0.1) -> Answer:
    """Ask until the answer is true, and give it."""
    deadline = time.monotonic() + seconds
    while not (answer := question()):
        assert time.monotonic() < deadline, f"nothing after {seconds} s"
        time.sleep(pause)
    return answer


def letter_folder(folder: Path, slug: str) -> Path:
    """The demonstration's open letter in a new folder, under another slug, a draft that closes in a month."""
    source = servers.ROOT / "campaign" / "demonstration" / "open"
    target = folder / slug
    target.mkdir()
    for language in ("kk", "ru", "en"):
        (target / f"{language}.md").write_bytes((source / f"{language}.md").read_bytes())
    toml = (source / "letter.toml").read_text(encoding="utf-8")
    toml = re.sub(r'^slug = ".*"', f'slug = "{slug}"', toml, flags=re.MULTILINE)
    toml = re.sub(r"^(opens_at|published_at) = .*\n", "", toml, flags=re.MULTILINE)
    closes_at = (datetime.now(UTC) + timedelta(days=30)).isoformat(timespec="seconds")
    toml = re.sub(r"^closes_at = .*", f"closes_at = {closes_at}", toml, flags=re.MULTILINE)
    (target / "letter.toml").write_text(toml, encoding="utf-8")
    return target


@dataclass
class Visitor:
    """A plain browser without scripts that keeps cookies, and how long each answer took."""

    site: Site
    seconds: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(cookies)
        self._opener.addheaders = [("Referer", self.site.url)]

    def get(self, path: str) -> str:
        """A page."""
        return self._ask(path)[1]

    def fill(self, path: str, **typed: str) -> tuple[str, str]:
        """Open the page with a form, send it with what it hides and what is typed; where that led, and the page there."""
        page = self.get(path)
        hidden = {name: re.search(f'name="{name}" value="([^"]*)"', page) for name in HIDDEN}
        fields = {name: found[1] for name, found in hidden.items() if found} | typed
        return self._ask(path, urllib.parse.urlencode(fields).encode())

    def _ask(self, path: str, sent: bytes | None = None) -> tuple[str, str]:
        begun = time.monotonic()
        try:
            with self._opener.open(self.site.url + path, sent, timeout=30) as answer:
                where, page = answer.geturl().removeprefix(self.site.url), answer.read().decode()
        finally:
            self.seconds.append(time.monotonic() - begun)
        return where, page


HIDDEN = ("csrfmiddlewaretoken", "fingerprint")
