"""When the invited are reminded: what the plan says, each at most once, by day where they are, and never after they answered."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from campaign.base import journal
from campaign.base.locks import hold
from campaign.base.models import User
from letters.models import Letter
from letters.states import LetterState
from signatories.models import Invitation, InvitationPlan
from signatories.services.invitation_mail import mail
from signatories.states import UNANSWERED_STATES

DAY_BEGINS, REMINDED_AT, DAY_ENDS = time(9), time(10), time(18)
MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Reminder:
    """One reminder of a plan: when, before what, and the name by which it is remembered."""

    at: datetime
    deadline: datetime
    key: str


def reminders(invitation: Invitation, letter: Letter, plan: InvitationPlan) -> list[Reminder]:
    """Everything that the plan has for this invitation, the earliest first; all in the morning where the invited are."""
    return sorted(_reminders(invitation, letter, plan), key=lambda one: (one.at, one.key))


def _reminders(invitation: Invitation, letter: Letter, plan: InvitationPlan) -> Iterator[Reminder]:
    zone = ZoneInfo(invitation.time_zone)
    for name, deadline, days_before in (
        ("soft", plan.soft_deadline_at, plan.days_before),
        ("closing", letter.closes_at, plan.days_before_closing),
    ):
        if deadline is None:
            continue
        for days in days_before:
            day = deadline.astimezone(zone).date() - timedelta(days=days)
            at = datetime.combine(day, REMINDED_AT, tzinfo=zone)
            if at < deadline:
                yield Reminder(at, deadline, f"{name}:{days}")


def next_reminder(invitation: Invitation, letter: Letter, plan: InvitationPlan, *, at: datetime) -> datetime | None:
    """When the next reminder is due; None when there is none, or nobody wants any."""
    if not plan.active or invitation.stopped_at is not None:
        return None
    later = (
        one.at for one in reminders(invitation, letter, plan) if one.key not in invitation.reminded and one.at > at
    )
    return next(later, None)


def remind_due(*, at: datetime) -> int:
    """Send the reminders that are due, and return how many were asked for."""
    due = Invitation.objects.unanswered().filter(stopped_at=None, next_reminder_at__lte=at)
    ids = list(due.order_by("next_reminder_at", "pk").values_list("pk", flat=True)[:MOST_AT_ONCE])
    return sum(remind(pk, at=at) for pk in ids)


@transaction.atomic
def remind(invitation_id: int, *, at: datetime) -> bool:
    """Send one reminder, if it is still due: of two clocks one sends it. What was missed meanwhile goes with it.

    At night, or when nothing is due any more, only the next time is set.
    """
    invitation = Invitation.objects.select_related("letter__issuer").get(pk=invitation_id)
    letter = hold(Letter, invitation.letter_id)
    plan = InvitationPlan.objects.of(letter)
    due = _due(invitation, letter, plan, at)
    if due and not _is_day(invitation, at):
        _plan_next(invitation, _next_morning(invitation, at))
        return False
    invitation.reminded = [*invitation.reminded, *due]
    following = next_reminder(invitation, letter, plan, at=at) if letter.takes_signatures(at) else None
    if not _plan_next(invitation, following, reminded=invitation.reminded) or not due:
        return False
    mail("invitation_reminder", invitation, invitation.letter, plan)
    return True


def _due(invitation: Invitation, letter: Letter, plan: InvitationPlan, at: datetime) -> list[str]:
    """Names of the reminders that should have been sent since the invitation was, for deadlines that are still ahead."""
    if not plan.active or not letter.takes_signatures(at) or invitation.invited_at is None:
        return []
    return [
        one.key
        for one in reminders(invitation, letter, plan)
        if invitation.invited_at < one.at <= at < one.deadline and one.key not in invitation.reminded
    ]


def _plan_next(invitation: Invitation, moment: datetime | None, **fields: Any) -> bool:
    """Set the next time, if everything is still as it was read."""
    as_read = Invitation.objects.filter(
        pk=invitation.pk,
        state__in=UNANSWERED_STATES,
        stopped_at=None,
        next_reminder_at=invitation.next_reminder_at,
    )
    return bool(as_read.update(next_reminder_at=moment, **fields))


def _is_day(invitation: Invitation, at: datetime) -> bool:
    return DAY_BEGINS <= at.astimezone(ZoneInfo(invitation.time_zone)).time() < DAY_ENDS


def _next_morning(invitation: Invitation, at: datetime) -> datetime:
    zone = ZoneInfo(invitation.time_zone)
    there = at.astimezone(zone)
    day = there.date() + timedelta(days=int(there.time() >= DAY_ENDS))
    return datetime.combine(day, REMINDED_AT, tzinfo=zone)


@transaction.atomic
def save_plan(
    letter: Letter,
    *,
    soft_deadline_at: datetime | None,
    days_before: list[int],
    days_before_closing: list[int],
    active: bool,
    by: User,
    at: datetime,
) -> None:
    """Write the plan of a letter, and set each invitation's next reminder by it."""
    facts = {
        "soft_deadline_at": soft_deadline_at,
        "days_before": sorted(set(days_before), reverse=True),
        "days_before_closing": sorted(set(days_before_closing), reverse=True),
        "active": active,
    }
    InvitationPlan.objects.update_or_create(letter=letter, defaults=facts)
    plan_anew(letter, at=at)
    journal.write("invitation.planned", letter, by=by, at=at, scope=letter.slug)


def plan_anew(letter: Letter, *, at: datetime) -> None:
    """Set each unanswered invitation's next reminder by the plan and the closing time as they are now."""
    plan = InvitationPlan.objects.of(letter)
    rows = list(Invitation.objects.unanswered().filter(letter=letter).order_by("pk"))
    is_open = letter.state == LetterState.OPEN
    for row in rows:
        row.next_reminder_at = next_reminder(row, letter, plan, at=at) if is_open else None
    Invitation.objects.bulk_update(rows, ["next_reminder_at"], batch_size=200)


@transaction.atomic
def stop_reminders(invitation: Invitation, *, by: User | None, at: datetime) -> None:
    """Send nothing more about this letter to this mailbox; stopped twice, the first time stands.

    :param by: the coordinator; None when the invited pressed it.
    """
    waiting: Any = Invitation.objects.filter(pk=invitation.pk, stopped_at=None)
    if waiting.update(stopped_at=at, next_reminder_at=None) and by is not None:
        letter = invitation.letter
        journal.write("invitation.stopped", invitation, by=by, at=at, scope=letter.slug, organization=invitation.name)
    invitation.refresh_from_db(fields=["stopped_at", "next_reminder_at"])


@transaction.atomic
def resume_reminders(invitation: Invitation, *, at: datetime) -> None:
    """Send reminders again, because the invited want them."""
    invitation.stopped_at = None
    invitation.next_reminder_at = None
    if invitation.is_unanswered():
        letter = invitation.letter
        invitation.next_reminder_at = next_reminder(invitation, letter, InvitationPlan.objects.of(letter), at=at)
    invitation.save(update_fields=["stopped_at", "next_reminder_at"])
