"""Two web processes, each with a memory of its own, and one database: neither ever serves what was true before a change."""

import contextlib
import http.client
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.utils import timezone

from campaign.base import freshness
from campaign.base.models import User
from letters.models import Letter
from letters.services import letter as letters
from signatories.models import Signature
from signatories.services import evidence as evidences
from signatories.services import signature as signatures
from signatories.states import EvidenceKind
from tests import servers

ROUNDS = 100
CONTROL_ROUNDS = 6

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("database_url")]


@pytest.fixture
def database_url(committed: None, tmp_path: Path) -> Iterator[str]:
    """A database that other processes can open, too: the test's own on PostgreSQL, a copy in a file on SQLite."""
    here = connections[DEFAULT_DB_ALIAS]
    if connection.vendor == "postgresql":
        yield os.environ["TEST_POSTGRESQL"].rpartition("/")[0] + f"/{connection.settings_dict['NAME']}"
        return
    here.ensure_connection()
    file = tmp_path / "site.sqlite3"
    with contextlib.closing(sqlite3.connect(file)) as copy:
        here.connection.backup(copy)
    there = type(here)({**here.settings_dict, "NAME": str(file)})
    connections[DEFAULT_DB_ALIAS] = there
    yield f"sqlite:///{file}"
    there.close()
    connections[DEFAULT_DB_ALIAS] = here


@pytest.fixture
def web_process(database_url: str, tmp_path: Path) -> Iterator[Callable[[str], int]]:
    """Starts web processes, each with one worker: `web_process("campaign.wsgi")` gives its port."""
    started: list[subprocess.Popen[bytes]] = []

    def start(application: str) -> int:
        port = servers.free_port()
        command = [sys.executable, "-m", "gunicorn", "--workers=1", "--log-level=error", "--no-control-socket"]
        command += [f"--bind=127.0.0.1:{port}", application]
        log = tmp_path / f"{port}.log"
        with log.open("wb") as output:
            environment = {**os.environ, "DATABASE_URL": database_url, "PYTHONWARNINGS": "default"}
            started.append(
                subprocess.Popen(command, cwd=servers.ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
            )
        deadline = time.monotonic() + 60
        while not is_up(port):
            assert time.monotonic() < deadline, log.read_text()
            assert started[-1].poll() is None, log.read_text()
            time.sleep(0.05)
        return port

    yield start
    for process in started:
        process.send_signal(signal.SIGTERM)
    for process in started:
        process.wait(timeout=20)


def is_up(port: int) -> bool:
    with contextlib.suppress(OSError):
        return read(port, "/healthz")[0] == 200
    return False


def read(port: int, path: str) -> tuple[int, str]:
    """Status and body, as an anonymous reader gets them."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as wire:
        wire.request("GET", path, headers={"Host": "testserver"})
        answer = wire.getresponse()
        return answer.status, answer.read().decode()


@contextlib.contextmanager
def busy_readers(ports: list[int], paths: list[str]) -> Iterator[None]:
    """Let somebody read all the time, so that every process makes and keeps pages at every moment of a change."""
    done = threading.Event()

    def read_on(port: int) -> None:
        while not done.wait(0.005):
            for path in paths:
                read(port, path)

    threads = [threading.Thread(target=read_on, args=[port]) for port in ports]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        done.set()
        for thread in threads:
            thread.join()


class Changes:
    """Changes of the public pages, each with what a page must say from the moment at which it is committed."""

    def __init__(
        self, make_draft: Callable[..., Letter], confirmed: Callable[..., Signature], coordinator: User, letter: Letter
    ) -> None:
        self.make_draft, self.confirmed, self.coordinator = make_draft, confirmed, coordinator
        self.path = f"/en/letters/{letter.slug}/"
        self.last: Signature | None = None

    def make(self, number: int) -> tuple[str, str]:
        """Make the change of this round; the page and the words that stand on it now and did not before."""
        return (self.admit, self.withdraw, self.publish)[number % 3](number)

    def admit(self, number: int) -> tuple[str, str]:
        name = f"Organization Number {number}"
        signature = self.confirmed(f"a@n{number}.example", name=name, website=f"https://n{number}.example")
        for kind in (EvidenceKind.REGISTER_SEEN, EvidenceKind.CALL_BACK):
            evidences.record_by_hand(signature, kind, detail="seen", by=self.coordinator, at=timezone.now())
        signatures.admit(signature, by=self.coordinator, at=timezone.now(), reason="another number")
        self.last = signature
        return self.path, f"<li>{name}<"

    def withdraw(self, number: int) -> tuple[str, str]:
        signature = self.last
        assert signature is not None
        assert signature.person is not None
        signatures.withdraw(signature, by=signature.person, at=timezone.now())
        return self.path, f"<li>{signature.organization.name_en} <small>"

    def publish(self, number: int) -> tuple[str, str]:
        letter = self.make_draft(f"letter-{number}")
        letters.open_letter(letter, by=self.coordinator, at=timezone.now())
        letters.publish_letter(letter, by=self.coordinator, at=timezone.now())
        return "/en/", f'href="/en/letters/letter-{number}/"'


@pytest.fixture
def changes(
    make_draft: Callable[..., Letter], confirmed: Callable[..., Signature], aigul: User, open_letter: Letter
) -> Changes:
    return Changes(make_draft, confirmed, aigul, open_letter)


def old_pages(changes: Changes, ports: list[int], rounds: int) -> list[str]:
    """Change and read, so many times; which process served an old page in which round."""
    found = []
    with busy_readers(ports, [changes.path, "/en/"]):
        for number in range(rounds):
            path, words = changes.make(number)
            for port in ports:
                status, body = read(port, path)
                if status != 200 or words not in body:
                    found.append(f"round {number}: {path} from process {ports.index(port)} lacks {words}")
    return found


def test_no_process_serves_the_old_page_after_a_change_is_committed(
    changes: Changes, web_process: Callable[[str], int]
) -> None:
    ports = [web_process("campaign.wsgi"), web_process("campaign.wsgi")]

    assert old_pages(changes, ports, ROUNDS) == []


def test_without_asking_the_database_the_other_process_serves_old_pages(
    changes: Changes, web_process: Callable[[str], int]
) -> None:
    ports = [web_process("campaign.wsgi"), web_process("tests.reading.careless")]

    found = old_pages(changes, ports, CONTROL_ROUNDS)

    assert len(found) >= CONTROL_ROUNDS - 2  # each page is old from its first change on
    assert all("process 1" in one for one in found)


@pytest.mark.postgresql
def test_a_lost_connection_is_made_anew_and_costs_no_reader_a_page(database_url: str) -> None:
    before = freshness.version()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    other = connection.copy()
    with contextlib.closing(other), other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
    connection.close_if_unusable_or_obsolete()  # as at the start of every request

    assert freshness.version() == before
    freshness.raise_version()
    assert freshness.version() == before + 1
