"""What can be done to the recipients of a draft."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from campaign.base import journal
from campaign.base.locks import hold
from campaign.base.models import User
from letters.errors import RecipientTwice, TextIsFixed
from letters.models import Letter, Office, Recipient
from letters.states import LetterState


def letter_day(letter: Letter, *, at: datetime) -> date:
    """The day on which a draft will presumably be dated: its closing, else its publication, else today."""
    return timezone.localtime(letter.closes_at or letter.published_at or at).date()


def hold_draft(letter: Letter) -> None:
    """Keep the draft as it is until the transaction ends.

    :raises TextIsFixed: the letter is no longer a draft.
    """
    if hold(Letter, letter.pk, to_change=True).state != LetterState.DRAFT:
        raise TextIsFixed


@transaction.atomic
def add_recipient(
    letter: Letter, office: Office, columns: dict[str, Any], *, by: User | None, at: datetime
) -> Recipient:
    """Add an office at the end of the list.

    :param columns: rank, and in each language group and holder.
    :raises TextIsFixed: the letter is no longer a draft.
    :raises RecipientTwice: the office is a recipient already.
    """
    hold_draft(letter)
    if letter.recipients.filter(office=office).exists():
        raise RecipientTwice(office=str(office))
    last = letter.recipients.aggregate(last=Max("order"))["last"] or 0
    recipient = Recipient.objects.create(letter=letter, office=office, order=last + 1, **columns)
    _write("letter.recipient_added", recipient, by=by, at=at)
    return recipient


@transaction.atomic
def change_recipient(recipient: Recipient, columns: dict[str, Any], *, by: User, at: datetime) -> None:
    """Change rank, group or holder of a recipient.

    :raises TextIsFixed: the letter is no longer a draft.
    """
    hold_draft(recipient.letter)
    for column, value in columns.items():
        setattr(recipient, column, value)
    recipient.save(update_fields=list(columns))
    _write("letter.recipient_changed", recipient, by=by, at=at)


@transaction.atomic
def move_recipient(recipient: Recipient, *, up: bool, by: User, at: datetime) -> None:
    """Let a recipient change places with its neighbour; the first and the last one stay where they are.

    :raises TextIsFixed: the letter is no longer a draft.
    """
    hold_draft(recipient.letter)
    row = list(recipient.letter.recipients.order_by("order", "pk"))
    place = row.index(recipient)
    other = place - 1 if up else place + 1
    if 0 <= other < len(row):
        row[place], row[other] = row[other], row[place]
    for order, one in enumerate(row, start=1):
        Recipient.objects.filter(pk=one.pk).update(order=order)
    _write("letter.recipient_moved", recipient, by=by, at=at)


@transaction.atomic
def remove_recipient(recipient: Recipient, *, by: User, at: datetime) -> None:
    """Take a recipient off the list.

    :raises TextIsFixed: the letter is no longer a draft.
    """
    hold_draft(recipient.letter)
    Recipient.objects.filter(pk=recipient.pk).delete()
    _write("letter.recipient_removed", recipient, by=by, at=at)


def _write(action: str, recipient: Recipient, *, by: User | None, at: datetime) -> None:
    letter = recipient.letter
    journal.write(action, letter, by=by, at=at, scope=letter.slug, office=recipient.office.key)
