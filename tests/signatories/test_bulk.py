"""Bulk work: each row in a transaction of its own, done once, refused in words, and shown as it goes."""

from collections.abc import Callable

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from campaign.base.jobs import LEASE, JobState, claimed, free_abandoned
from campaign.base.models import JournalEntry, Mail, RegisterEntry, User
from letters.models import Letter
from letters.services import letter as letters
from signatories.errors.invitation import NothingToDo
from signatories.models import BulkItem, BulkRun, Invitation, Signature
from signatories.services import bulk
from signatories.services.invitation import NewInvitation, prepare_invitations
from tests.conftest import NOON, record_enough

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def prepared(open_letter: Letter, aigul: User) -> Callable[[int], None]:
    """Writes so many organizations down."""

    def write_down(count: int) -> None:
        new = [NewInvitation(name=f"Fund {n}", email=f"office@fund{n}.example", language="kk") for n in range(count)]
        prepare_invitations(open_letter, new, owner=None, by=aigul, at=NOON)

    return write_down


def work(run: BulkRun) -> None:
    """What workers do, one row after another."""
    for item_id in run.items.order_by("pk").values_list("pk", flat=True):
        bulk.do_one(item_id, at=NOON)


def ends(run: BulkRun) -> list[tuple[str, str]]:
    return list(run.items.order_by("pk").values_list("state", "refusal"))


def test_every_invitation_that_waits_is_sent_once(
    prepared: Callable[[int], None], open_letter: Letter, aigul: User
) -> None:
    prepared(3)
    run = bulk.start_sending(open_letter, language="en", by=aigul, at=NOON)
    again = bulk.start_sending(open_letter, language="en", by=aigul, at=NOON)

    for one in (run, run, again):
        work(one)

    assert ends(run) == [("done", "")] * 3
    assert {refusal[:42] for _state, refusal in ends(again)} == {"Nothing was changed, because somebody else"}
    assert Mail.objects.filter(template="invitation").count() == 3
    assert set(Invitation.objects.values_list("state", flat=True)) == {"invited"}
    assert JournalEntry.objects.filter(action="bulk.invite", by=aigul).count() == 2


def test_those_that_can_be_admitted_are_and_of_the_others_the_reason_is_kept(
    confirmed: Callable[..., Signature], open_letter: Letter, aigul: User
) -> None:
    whole, bare = confirmed("a@one.example", name="One"), confirmed("b@two.example", name="Two")
    record_enough(whole, by=aigul, at=NOON)

    run = bulk.start_admitting(open_letter, language="en", by=aigul, at=NOON)
    work(run)
    work(run)

    whole.refresh_from_db()
    bare.refresh_from_db()
    assert (whole.state, bare.state) == ("admitted", "confirmed")
    (first, second) = ends(run)
    assert first == ("done", "")
    assert second[1].startswith("Not admitted:")
    assert RegisterEntry.objects.filter(kind="signature.admitted").count() == 1


def test_refusals_are_in_the_language_of_who_asked(
    prepared: Callable[[int], None], open_letter: Letter, aigul: User
) -> None:
    prepared(1)
    runs = [bulk.start_sending(open_letter, language=language, by=aigul, at=NOON) for language in ("en", "ru", "kk")]
    letters.close_letter(open_letter, by=aigul, at=NOON)

    for run in runs:
        work(run)

    assert [run.items.get().refusal != "" for run in runs] == [True, True, True]
    assert ends(runs[0])[0][1].startswith("Nothing was done: at the moment this letter takes no signatures")


def test_what_a_killed_worker_had_done_half_is_undone_and_done_again_once(
    prepared: Callable[[int], None], open_letter: Letter, aigul: User
) -> None:
    prepared(1)
    item = bulk.start_sending(open_letter, language="en", by=aigul, at=NOON).items.get()
    with pytest.raises(SystemExit), claimed(BulkItem, item.pk) as held, transaction.atomic():
        assert held is not None
        bulk._act(held, held.run, NOON)
        raise SystemExit

    sent_by_the_killed = Mail.objects.count()
    free_abandoned(BulkItem, at=timezone.now() + 2 * LEASE)
    bulk.do_one(item.pk, at=NOON)
    bulk.do_one(item.pk, at=NOON)

    item.refresh_from_db()
    assert (sent_by_the_killed, Mail.objects.count()) == (0, 1)
    assert (item.state, item.attempts) == (JobState.DONE, 2)


def test_a_worker_that_outlived_its_lease_leaves_nothing_behind(
    prepared: Callable[[int], None], open_letter: Letter, aigul: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared(1)
    item = bulk.start_sending(open_letter, language="en", by=aigul, at=NOON).items.get()
    monkeypatch.setattr(bulk, "finish", lambda item, **fields: False)

    with pytest.raises(bulk.LeaseLost):
        bulk.do_one(item.pk, at=NOON)

    assert Mail.objects.count() == 0
    assert Invitation.objects.get().state == "prepared"


def test_without_anything_to_do_nothing_is_started(open_letter: Letter, aigul: User) -> None:
    for start in (bulk.start_sending, bulk.start_admitting):
        with pytest.raises(NothingToDo):
            start(open_letter, language="en", by=aigul, at=NOON)

    assert not BulkRun.objects.exists()


def test_the_pages_show_how_far_it_has_come_and_what_was_refused(
    prepared: Callable[[int], None],
    open_letter: Letter,
    signed_in: Callable[[User], Client],
    aigul: User,
    settings: object,
) -> None:
    settings.DEMONSTRATION = True  # type: ignore[attr-defined]
    prepared(3)
    desk = signed_in(aigul)
    address = desk.post(f"/en/desk/letters/{open_letter.slug}/bulk/", {"kind": "invite"}).url
    run = BulkRun.objects.get()
    first, second, _third = run.items.order_by("pk")
    bulk.do_one(first.pk, at=NOON)
    half = desk.get(f"{address}progress.json").json()
    Invitation.objects.filter(pk=second.invitation_id).update(state="invited", invited_at=NOON)
    work(run)

    page = desk.get(address).content.decode()

    assert half == {"done": 1, "total": 3, "text": "1 of 3 done, 0 of them refused.", "finished": False}
    assert desk.get(f"{address}progress.json").json()["finished"]
    assert "3 of 3 done, 1 of them refused." in page
    assert page.count("somebody else was faster") == 1
    assert "Fund 1" in page
    assert "Fund 2" not in page
