"""Closing makes editions, and each is printed once: called twice, by two at once, on a full disk, by workers that die."""

import hashlib
import io
import json
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone, translation

from campaign.base import jobs
from campaign.base.jobs import JobState, claimed, free_abandoned, to_hand_out
from campaign.base.models import JournalEntry, RegisterEntry, User
from letters.errors import NotPrintedYet
from letters.models import Edition, Issuer, Letter, Office, Recipient, SignatoryList
from letters.printing import keys, sign
from letters.services import edition as editions
from letters.services import letter as letters
from letters.states import RecipientRole
from letters.tasks import print_edition
from signatories.models import Signature
from signatories.services import signature as signatures
from tests.conftest import NOON, make_office
from tests.disk import room_for

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.usefixtures("files", "_sealed")]


@pytest.fixture(scope="module")
def sealing_identity() -> keys.Identity:
    """A key of the demonstration's kind, made once."""
    return keys._parsed(keys._new_demonstration(), "")


@pytest.fixture
def _sealed(sealing_identity: keys.Identity, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign, "identity", lambda: sealing_identity)


@pytest.fixture
def edition(closed_letter: Letter) -> Edition:
    """One that waits: the public one in English."""
    return Edition.objects.get(revision__letter=closed_letter, recipient=None, language="en")


def pdfs(files: Path) -> list[str]:
    """What lies in the folder of printed files, half ones included."""
    return sorted(path.name for path in files.rglob("*") if path.is_file())


def printed_entries() -> int:
    return RegisterEntry.objects.filter(kind="edition.printed").count()


def facts(edition: Edition) -> tuple[str, int, str]:
    edition.refresh_from_db()
    return edition.state, edition.attempts, edition.reason


def gone_process() -> int:
    """The number of a process that was there and has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def test_closing_freezes_the_list_and_makes_an_edition_for_each_recipient_and_language_and_a_public_one(
    open_letter: Letter, admitted: Callable[..., Signature], confirmed: Callable[..., Signature], aigul: User
) -> None:
    office = make_office(
        "court", {"kk": "Сот", "ru": "Суд", "en": "Court"}, {"kk": "Сотқа", "ru": "Суду", "en": "Court"}
    )
    Recipient.objects.create(letter=open_letter, role=RecipientRole.CC, order=2, office=office)
    admitted()
    confirmed()

    letters.close_letter(open_letter, by=aigul, at=NOON)

    frozen = SignatoryList.objects.get()
    assert (frozen.count, [row["name"] for row in frozen.names["kk"]]) == (1, ["Verified Organization"])
    made = Edition.objects.values_list("recipient__office__key", "language", "state", "attempts")
    assert sorted(made, key=str) == sorted(
        (
            (office, language, "waiting", 0)
            for office in (None, "president", "court")
            for language in ("kk", "ru", "en")
        ),
        key=str,
    )
    assert printed_entries() == 0


def test_a_waiting_edition_is_printed_with_its_hashes_and_its_entry(edition: Edition, files: Path) -> None:
    print_edition(edition_id=edition.pk)

    assert facts(edition) == (JobState.DONE, 1, "")
    content = editions.content(edition)
    assert (edition.sha256, edition.size) == (hashlib.sha256(content).hexdigest(), len(content))
    assert pdfs(files) == [f"{edition.sha256}.pdf"]
    (entry,) = RegisterEntry.objects.filter(kind="edition.printed")
    said = json.loads(bytes(entry.leaf))
    assert (said["sha256"], said["language"], said["public"]) == (edition.sha256, "en", True)


def test_printed_twice_there_is_one_file_and_one_entry(edition: Edition, files: Path) -> None:
    print_edition(edition_id=edition.pk)
    first = facts(edition), edition.sha256

    print_edition(edition_id=edition.pk)

    assert (facts(edition), edition.sha256) == first
    assert (pdfs(files), printed_entries()) == ([f"{edition.sha256}.pdf"], 1)


@pytest.mark.postgresql
def test_printed_by_two_at_once_there_is_one_file_and_one_entry(
    committed: None, closed_letter: Letter, files: Path
) -> None:
    edition = Edition.objects.get(recipient=None, language="kk")
    barrier = threading.Barrier(2)

    def run() -> None:
        try:
            barrier.wait()
            print_edition(edition_id=edition.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert facts(edition) == (JobState.DONE, 1, "")
    assert (pdfs(files), printed_entries()) == ([f"{edition.sha256}.pdf"], 1)


def test_a_worker_that_outlived_its_lease_leaves_nothing_behind(edition: Edition, files: Path) -> None:
    with claimed(Edition, edition.pk) as slow:
        assert slow is not None
        free_abandoned(Edition, at=timezone.now() + jobs.LEASE + timedelta(seconds=1))
        print_edition(edition_id=edition.pk)
        edition.refresh_from_db()
        quick = edition.sha256

        editions.print_one(slow)

    assert facts(edition) == (JobState.DONE, 2, "")
    assert (edition.sha256, pdfs(files), printed_entries()) == (quick, [f"{quick}.pdf"], 1)


def test_the_same_edition_has_the_same_bytes_before_it_is_signed(edition: Edition) -> None:
    print_edition(edition_id=edition.pk)
    edition.refresh_from_db()
    first = edition.unsigned_sha256, edition.sha256
    Edition.objects.filter(pk=edition.pk).update(state=JobState.WAITING)

    print_edition(edition_id=edition.pk)

    edition.refresh_from_db()
    assert edition.unsigned_sha256 == first[0]
    assert edition.sha256 != first[1]


def test_on_a_full_disk_an_edition_waits_again_with_the_reason_and_no_half_file(edition: Edition, files: Path) -> None:
    with room_for(4096):
        print_edition(edition_id=edition.pk)

    assert facts(edition) == (JobState.WAITING, 1, "File too large")
    assert (pdfs(files), printed_entries()) == ([], 0)
    assert edition.not_before is not None
    soon, later = edition.not_before - timedelta(seconds=1), edition.not_before + timedelta(seconds=1)
    assert edition.pk not in to_hand_out(Edition, at=soon, most=100)
    assert edition.pk in to_hand_out(Edition, at=later, most=100)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("", ""),
        ("File too large", "The disk is full."),
        ("No space left on device", "The disk is full."),
        (jobs.DIED, "The worker died three times."),
        ("KeyError", "A fault in the program or the machine (KeyError)."),
    ],
)
def test_trouble_is_told_in_words(reason: str, words: str) -> None:
    assert Edition(reason=reason).trouble() == words


def test_after_three_attempts_it_is_parked_until_somebody_lets_it_be_printed_again(
    edition: Edition, files: Path, aigul: User
) -> None:
    with room_for(4096):
        for _attempt in range(4):
            print_edition(edition_id=edition.pk)
    parked = facts(edition)
    with pytest.raises(NotPrintedYet):
        editions.content(edition)

    again = editions.print_again(edition, by=aigul, at=NOON)
    waits = facts(edition)
    print_edition(edition_id=edition.pk)

    assert parked == (JobState.PARKED, 3, "File too large")
    assert (again, waits) == (True, (JobState.WAITING, 0, ""))
    assert facts(edition) == (JobState.DONE, 1, "")
    assert (len(pdfs(files)), printed_entries()) == (1, 1)
    assert JournalEntry.objects.filter(action="letter.edition_again", by=aigul).count() == 1
    assert not editions.print_again(edition, by=aigul, at=NOON)


def test_a_bug_parks_at_once_and_is_told(edition: Edition, files: Path) -> None:
    Edition.objects.filter(pk=edition.pk).update(payload="{}")

    with pytest.raises(KeyError):
        print_edition(edition_id=edition.pk)

    assert facts(edition) == (JobState.PARKED, 1, "KeyError")
    assert (pdfs(files), printed_entries()) == ([], 0)


def test_what_a_killed_process_held_waits_again_at_once_and_is_parked_after_three(edition: Edition) -> None:
    held = Edition.objects.filter(pk=edition.pk)
    host = jobs._claim_name().partition(":")[0]
    seen = []
    for attempt in (1, 2, 3):
        held.update(
            state=JobState.IN_FLIGHT,
            attempts=attempt,
            handed_at=NOON,
            claim=f"{host}:{gone_process()}:abc",
            leased_until=timezone.now() + jobs.LEASE,
        )
        with translation.override("en"):
            freed = free_abandoned(Edition, at=timezone.now())
        seen.append((freed, *facts(edition)[:2], edition.handed_at))

    assert seen == [
        (1, JobState.WAITING, 1, None),
        (1, JobState.WAITING, 2, None),
        (0, JobState.PARKED, 3, NOON),
    ]
    assert edition.reason == "The worker died three times."


def test_messages_that_a_dead_worker_had_taken_are_sent_again(edition: Edition) -> None:
    now = timezone.now()
    Edition.objects.update(handed_at=now)
    Edition.objects.filter(pk=edition.pk).update(state=JobState.IN_FLIGHT, claim="elsewhere:1:abc", leased_until=now)
    while_it_works = free_abandoned(Edition, at=now), to_hand_out(Edition, at=now, most=100)
    later = now + timedelta(seconds=1)

    freed = free_abandoned(Edition, at=later)

    assert while_it_works == (0, [])
    assert (freed, len(to_hand_out(Edition, at=later, most=100))) == (1, Edition.objects.count())


def test_what_a_worker_printed_when_it_was_told_to_stop_waits_again_as_if_it_had_been_killed(edition: Edition) -> None:
    with pytest.raises(SystemExit), claimed(Edition, edition.pk):
        raise SystemExit
    left = facts(edition)
    host = edition.claim.partition(":")[0]
    Edition.objects.filter(pk=edition.pk).update(claim=f"{host}:{gone_process()}:abc")

    freed = free_abandoned(Edition, at=timezone.now())

    assert (left, freed, facts(edition)) == ((JobState.IN_FLIGHT, 1, ""), 1, (JobState.WAITING, 1, ""))


def test_what_a_living_process_holds_is_left_alone(edition: Edition) -> None:
    with claimed(Edition, edition.pk):
        freed = free_abandoned(Edition, at=timezone.now())
        during = facts(edition)
        with claimed(Edition, edition.pk) as second:
            assert second is None

    assert (freed, during) == (0, (JobState.IN_FLIGHT, 1, ""))


def test_a_withdrawal_after_closing_changes_no_edition(closed_letter: Letter) -> None:
    before = list(Edition.objects.order_by("pk").values("payload", "state"))
    signature = Signature.objects.get()
    assert signature.person is not None

    signatures.withdraw(signature, by=signature.person, at=NOON)

    assert list(Edition.objects.order_by("pk").values("payload", "state")) == before
    assert json.loads(before[0]["payload"])["signatories"][0]["name"] == "Verified Organization"


def test_another_issuer_or_office_after_closing_changes_no_edition(edition: Edition, president: Office) -> None:
    addressed = Edition.objects.get(recipient__office=president, language="en")
    print_edition(edition_id=addressed.pk)
    addressed.refresh_from_db()
    before = addressed.unsigned_sha256
    Issuer.objects.update(name_en="Another Foundation", address_en="Elsewhere", number="000000000000")
    Office.objects.update(name_en="Another office", addressee_alone_en="Another office", salutation_en="Hey,")
    Edition.objects.filter(pk=addressed.pk).update(state=JobState.WAITING)

    print_edition(edition_id=addressed.pk)

    addressed.refresh_from_db()
    assert addressed.unsigned_sha256 == before


def test_all_editions_come_as_one_zip_with_a_manifest_and_the_same_bytes_twice(closed_letter: Letter) -> None:
    for waiting in Edition.objects.order_by("pk"):
        print_edition(edition_id=waiting.pk)
    found = editions.editions_of(closed_letter)

    packed = editions.bundle(found)

    assert editions.bundle(editions.editions_of(closed_letter)) == packed
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        hashes = {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}
    assert [(row["recipient"], row["language"]) for row in manifest] == [
        (recipient, language) for recipient in (None, "president") for language in ("kk", "ru", "en")
    ]
    assert {row["file"]: row["sha256"] for row in manifest} == {
        name: sha256 for name, sha256 in hashes.items() if name != "manifest.json"
    }
    assert [row["pages"] for row in manifest] == [edition.pages for edition in found]
    assert len(hashes) == 7


def test_a_zip_of_editions_that_still_wait_is_refused(edition: Edition) -> None:
    with pytest.raises(NotPrintedYet):
        editions.bundle([edition])
