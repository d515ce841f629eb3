"""The site as it really runs, while its workers are killed and its broker is lost."""

import contextlib
import hashlib
import os
import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests import servers
from tests.plugins import backend
from tests.running.conftest import COORDINATOR, PASSWORD, open_letter
from tests.site import Site, Visitor, running_site, wait_until

pytestmark = pytest.mark.broker

EDITIONS = 15  # four recipients and the public, in three languages
QUICK = 2.0  # seconds in which a page answers, whatever became of the broker
NAMED = "SELECT count(*) FROM letters_edition e JOIN letters_revision r ON r.id = e.revision_id"
NAMED += " JOIN letters_letter l ON l.id = r.letter_id WHERE l.slug = '{slug}' AND e.state = '{state}'"


def in_state(site: Site, slug: str, state: str) -> int:
    """How many editions of a letter are in this state."""
    return int(site.rows(NAMED.format(slug=slug, state=state))[0][0])


def printed_once(site: Site, slug: str) -> tuple[int, int, int]:
    """Editions that are printed, different files of theirs that are whole, and register entries that name these files."""
    rows = site.rows(
        "SELECT e.file, e.sha256 FROM letters_edition e JOIN letters_revision r ON r.id = e.revision_id"
        f" JOIN letters_letter l ON l.id = r.letter_id WHERE l.slug = '{slug}' AND e.state = 'done'"
    )
    files = {sha256 for name, sha256 in rows if hash_of(site.folder / "files" / name) == sha256}
    entries = site.rows(
        "SELECT e.leaf FROM base_registerentry e JOIN letters_letter l ON l.uid = e.letter"
        f" WHERE e.kind = 'edition.printed' AND l.slug = '{slug}'"
    )
    named = [re.search(rb'"sha256":"([0-9a-f]{64})"', bytes(leaf)) for (leaf,) in entries]
    return len(rows), len(files), len([one for one in named if one and one[1].decode() in files])


def hash_of(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.mark.postgresql
def test_editions_are_printed_exactly_once_although_their_workers_are_killed(tmp_path: Path) -> None:
    slug = "killed-workers"
    folder = tmp_path / "var"
    folder.mkdir()
    with running_site(folder) as site:
        open_letter(site, slug, tmp_path, closed=True)

        wait_until(lambda: in_state(site, slug, "done") and in_state(site, slug, "in_flight"), 60, pause=0.01)
        printers = site.children_of("worker-pdf")
        for printer in printers:  # with one that waits, all others would wait for ever
            os.kill(printer, signal.SIGKILL)
        so_far = in_state(site, slug, "done")
        wait_until(lambda: in_state(site, slug, "done") > so_far and in_state(site, slug, "in_flight"), 60, pause=0.01)
        os.kill(site.programs()["worker-pdf"], signal.SIGKILL)
        wait_until(lambda: in_state(site, slug, "done") == EDITIONS, 180)  # a lost message is sent again after 150 s
        once = printed_once(site, slug)
        replayed = site.manage("verify_register")

    assert len(printers) == 2
    assert once == (EDITIONS, EDITIONS, EDITIONS)
    assert "entries, root" in replayed


@contextlib.contextmanager
def broker_in(folder: Path) -> Iterator[tuple[dict[str, str], Callable[[], None], Callable[[], None]]]:
    """A broker that can be lost: what the environment says of it, and how it goes and comes back."""
    if backend() != "postgresql":
        there, away = folder / "broker", folder / "broker-away"

        def lose() -> None:
            there.rename(away)
            there.write_bytes(b"no folder: nothing can be written here")

        def bring_back() -> None:
            there.unlink()
            away.rename(there)

        yield {}, lose, bring_back
        return
    with contextlib.ExitStack() as first, contextlib.ExitStack() as second:
        address = first.enter_context(servers.redis())
        port = urlsplit(address).port or 0
        numbers = {"CACHE_URL": f"{address}/0", "BROKER_URL": f"{address}/1"}
        yield numbers, first.close, lambda: second.enter_context(servers.redis(port)) and None


def test_without_its_broker_the_site_answers_and_signs_and_catches_up_later(tmp_path: Path) -> None:
    slug, email = "lost-broker", "office@verified.example"
    folder = tmp_path / "var"
    folder.mkdir()
    with broker_in(folder) as (environment, lose, bring_back), running_site(folder, environment) as site:
        open_letter(site, slug, tmp_path)
        visitor, coordinator = Visitor(site), Visitor(site)
        coordinator.fill("/en/accounts/login/", login=COORDINATOR, password=PASSWORD)
        lose()

        letter = visitor.get(f"/en/letters/{slug}/")
        where, _page = visitor.fill(
            f"/en/letters/{slug}/sign/new/",
            original_language="en",
            name_en="Verified Organization",
            kind="organization",
            country="KZ",
            website="https://verified.example",
            person_name="Daniyar Example",
            position="Director",
            basis="head",
            visibility="public",
            email=email,
            consent="on",
        )
        (code,) = re.findall(
            r"\d{4}-\d{4}", str(site.rows("SELECT context FROM base_mail WHERE template = 'signing_code'"))
        )
        _where, received = visitor.fill(where, code=code)
        signatures = site.rows("SELECT state FROM signatories_signature")
        _where, closed = coordinator.fill(f"/en/desk/letters/{slug}/close/")
        waits = in_state(site, slug, "waiting"), len(site.messages(email))

        bring_back()
        wait_until(lambda: in_state(site, slug, "done") == EDITIONS, 90)
        wait_until(lambda: len(site.messages(email)) == 2, 30)
        caught_up = printed_once(site, slug)

    assert f"/en/letters/{slug}/sign/" in letter
    assert "Your signature was received" in received
    assert signatures == [("confirmed",)]
    assert "The letter is closed" in closed
    assert waits == (EDITIONS, 0)
    assert max(visitor.seconds) < QUICK
    assert caught_up == (EDITIONS, EDITIONS, EDITIONS)


@pytest.mark.parametrize("folder", ["campaign", "letters", "signatories"])
def test_only_tasks_speak_to_the_broker(folder: str) -> None:
    speaks = re.compile(
        r"\.(delay|apply_async|delay_on_commit|send_task)\(|^\s*(from|import) \S*(\.tasks|celery)\b", re.M
    )
    allowed = {"campaign/celery.py", "campaign/__init__.py"}

    found = {
        str(file.relative_to(servers.ROOT))
        for file in (servers.ROOT / folder).rglob("*.py")
        if file.name != "tasks.py" and speaks.search(file.read_text(encoding="utf-8"))
    }

    assert found - allowed == set()
