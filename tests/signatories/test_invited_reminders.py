"""The invited are reminded as the plan says: each reminder once, by day where they are, never after they answered."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from campaign.base import post
from campaign.base.jobs import JobState
from campaign.base.models import Mail, User
from letters.models import Letter
from letters.services import letter as letters
from signatories.models import Invitation, Signature
from signatories.services import invitation as invitations
from signatories.services import reminder as reminders
from signatories.states import InvitationState

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
CLOSES = datetime(2026, 12, 20, 13, 0, tzinfo=UTC)
SOFT = datetime(2026, 12, 10, 13, 0, tzinfo=UTC)
ALMATY, LISBON = "Asia/Almaty", "Europe/Lisbon"


@pytest.fixture
def asked(open_letter: Letter, aigul: User) -> Callable[..., Invitation]:
    """Invites one organization to a letter that closes on 20 December; answers are asked for by the 10th."""
    Letter.objects.filter(pk=open_letter.pk).update(closes_at=CLOSES)
    open_letter.refresh_from_db()
    plan(open_letter, aigul)

    def ask(email: str = "office@zhaiyq.example", *, at: datetime = NOON, **facts: Any) -> Invitation:
        new = invitations.NewInvitation(**{"name": email, "email": email, "language": "kk", "country": "KZ", **facts})
        (made,) = invitations.prepare_invitations(open_letter, [new], owner=None, by=aigul, at=at)
        invitation = Invitation.objects.select_related("letter__issuer").get(token=made.token)
        invitations.send_invitation(invitation, by=aigul, at=at)
        return invitation

    return ask


def plan(letter: Letter, by: User, **facts: Any) -> None:
    """The plan of these tests: a week and a day before the 10th, a day before the 20th."""
    usual = {"soft_deadline_at": SOFT, "days_before": [7, 1], "days_before_closing": [1], "active": True}
    reminders.save_plan(letter, **{**usual, **facts}, by=by, at=NOON)


def sent(until: datetime, *, since: datetime = NOON, step: timedelta = HOUR) -> list[datetime]:
    """Let the clock run, and give the moments at which a reminder was asked for."""
    at, moments = since, []
    while at < until:
        moments += [at] * reminders.remind_due(at=at)
        at += step
    return moments


def there(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%d %H}"


@pytest.mark.parametrize(("country", "zone"), [("KZ", ALMATY), ("PT", LISBON), ("US", "America/New_York")])
def test_the_plan_is_followed_in_the_morning_where_the_invited_are(
    asked: Callable[..., Invitation], country: str, zone: str
) -> None:
    asked(country=country)

    moments = sent(CLOSES + 5 * DAY)

    assert [there(moment, zone) for moment in moments] == ["03 10", "09 10", "19 10"]
    assert Mail.objects.filter(template="invitation_reminder").count() == 3


def test_asked_a_hundred_times_a_reminder_goes_out_once(asked: Callable[..., Invitation]) -> None:
    asked()
    due = datetime(2026, 12, 3, 5, 0, tzinfo=UTC)

    assert [reminders.remind_due(at=due) for _ in range(100)] == [1, *[0] * 99]


@pytest.mark.postgresql
def test_two_clocks_at_once_send_one(committed: None, asked: Callable[..., Invitation]) -> None:
    invitation = asked()
    barrier = threading.Barrier(2)

    def run() -> None:
        try:
            barrier.wait()
            reminders.remind(invitation.pk, at=datetime(2026, 12, 3, 5, 0, tzinfo=UTC))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Mail.objects.filter(template="invitation_reminder").count() == 1


def test_what_a_clock_that_stood_still_missed_comes_as_one_message_by_day(asked: Callable[..., Invitation]) -> None:
    asked()
    night = datetime(2026, 12, 9, 20, 0, tzinfo=UTC)  # two reminders overdue, one o'clock in Almaty

    moments = sent(CLOSES, since=night)

    assert [there(moment, ALMATY) for moment in moments] == ["10 10", "19 10"]
    assert Invitation.objects.get().reminded == ["soft:7", "soft:1", "closing:1"]


def test_who_is_invited_late_gets_no_reminder_of_what_was_before(asked: Callable[..., Invitation]) -> None:
    asked(at=datetime(2026, 12, 8, 12, 0, tzinfo=UTC))

    moments = sent(CLOSES, since=datetime(2026, 12, 8, 12, 0, tzinfo=UTC))

    assert [there(moment, ALMATY) for moment in moments] == ["09 10", "19 10"]


@pytest.mark.parametrize("answer", [InvitationState.CONSIDERING, InvitationState.NEEDS_BOARD])
def test_who_is_still_thinking_is_reminded(asked: Callable[..., Invitation], answer: InvitationState) -> None:
    invitations.answer_invitation(asked(), answer, at=NOON)

    assert len(sent(CLOSES)) == 3


def decline(invitation: Invitation, by: User) -> None:
    invitations.answer_invitation(invitation, InvitationState.DECLINED, at=NOON)


def bounce(invitation: Invitation, by: User) -> None:
    invitations.mark_bounced(invitation, by=by, at=NOON)


def stop(invitation: Invitation, by: User) -> None:
    reminders.stop_reminders(invitation, by=None, at=NOON)


def close(invitation: Invitation, by: User) -> None:
    letters.close_letter(invitation.letter, by=by, at=NOON)


def withdraw(invitation: Invitation, by: User) -> None:
    letters.withdraw_letter(invitation.letter, by=by, at=NOON)


def rest(invitation: Invitation, by: User) -> None:
    plan(invitation.letter, by, active=False)


@pytest.mark.parametrize("end", [decline, bounce, stop, close, withdraw, rest], ids=lambda one: one.__name__)
def test_nobody_is_reminded_after(
    asked: Callable[..., Invitation], aigul: User, end: Callable[[Invitation, User], None]
) -> None:
    end(asked(), aigul)

    assert sent(CLOSES + DAY) == []


def test_who_signed_is_not_reminded(asked: Callable[..., Invitation], confirmed: Callable[..., Signature]) -> None:
    asked("mira@unverified.example")
    confirmed()

    assert sent(CLOSES) == []


def test_an_answer_between_plan_and_clock_is_respected(asked: Callable[..., Invitation]) -> None:
    invitation = asked()
    stale = Invitation.objects.get()
    invitations.answer_invitation(invitation, InvitationState.DECLINED, at=NOON)
    Invitation.objects.update(next_reminder_at=stale.next_reminder_at)  # as a lost race would leave it

    assert not reminders.remind(invitation.pk, at=datetime(2026, 12, 3, 5, 0, tzinfo=UTC))
    assert not Mail.objects.filter(template="invitation_reminder").exists()


def test_a_deadline_that_moves_brings_no_reminder_twice(
    asked: Callable[..., Invitation], open_letter: Letter, aigul: User
) -> None:
    asked()
    first = sent(datetime(2026, 12, 4, tzinfo=UTC))
    plan(open_letter, aigul, soft_deadline_at=SOFT + 5 * DAY)

    moments = sent(CLOSES, since=datetime(2026, 12, 4, tzinfo=UTC))

    assert len(first) == 1
    assert [there(moment, ALMATY) for moment in moments] == ["14 10", "19 10"]


def test_who_wants_reminders_again_gets_those_that_are_left(asked: Callable[..., Invitation]) -> None:
    invitation = asked()
    reminders.stop_reminders(invitation, by=None, at=NOON)
    reminders.resume_reminders(invitation, at=datetime(2026, 12, 4, tzinfo=UTC))

    assert [there(moment, ALMATY) for moment in sent(CLOSES)] == ["09 10", "19 10"]


def test_a_mailbox_that_the_server_refuses_for_good_bounces_once(asked: Callable[..., Invitation], aigul: User) -> None:
    invitation = asked()
    Mail.objects.filter(template="invitation").update(state=JobState.PARKED, reason="SMTP 550")

    marked = invitations.mark_refused_mail(at=NOON), invitations.mark_refused_mail(at=NOON)
    invitation.refresh_from_db()
    bounced = invitation.state, invitation.next_reminder_at
    invitations.send_invitation(invitation, by=aigul, at=NOON + DAY)

    assert marked == (1, 0)
    assert bounced == ("bounced", None)
    assert invitations.mark_refused_mail(at=NOON + DAY) == 0
    invitation.refresh_from_db()
    assert invitation.state == "invited"


@pytest.mark.parametrize("reason", ["SMTP 535", "SMTP 554", "SMTP 450", "The worker died while sending."])
def test_a_trouble_of_our_own_bounces_nobody(asked: Callable[..., Invitation], reason: str) -> None:
    asked()
    Mail.objects.filter(template="invitation").update(state=JobState.PARKED, reason=reason)

    assert invitations.mark_refused_mail(at=NOON) == 0
    assert post.refused_for_good("invitation") == []
