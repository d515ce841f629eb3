"""What comes after the closing: late signatures, and addenda that tell recipients of them."""

from datetime import datetime
from typing import Any

from django.db import transaction

from campaign.base import freshness, journal, register
from campaign.base.locks import hold
from campaign.base.models import User
from letters.errors import AddendumRefused, LateRefused, NothingToAdd
from letters.models import Letter, SignatoryList
from letters.services.edition import create_editions, freeze_signatory_list
from letters.services.enclosure import entries_fingerprint
from letters.states import LetterState


@transaction.atomic
def allow_late_signatures(letter: Letter, *, until: datetime, by: User, at: datetime) -> None:
    """Let organizations sign a closed letter until this moment; they are shown as late and stand in no delivered edition.

    :raises LateRefused: the letter is not closed, or the moment has passed.
    """
    if until <= at:
        raise LateRefused
    _set_late_until(letter, until)
    journal.write("letter.late_allowed", letter, by=by, at=at, scope=letter.slug, until=until.isoformat())


@transaction.atomic
def end_late_signatures(letter: Letter, *, by: User, at: datetime) -> None:
    """Take no late signatures any more; those that were given stay.

    :raises LateRefused: the letter is not closed.
    """
    _set_late_until(letter, None)
    journal.write("letter.late_ended", letter, by=by, at=at, scope=letter.slug)


def _set_late_until(letter: Letter, until: datetime | None) -> None:
    row: Any = Letter.objects.filter(pk=letter.pk, state=LetterState.CLOSED)
    if not row.update(late_until=until):
        raise LateRefused
    letter.late_until = until
    freshness.raise_version()


@transaction.atomic
def make_addendum(letter: Letter, *, by: User, at: datetime) -> SignatoryList:
    """Freeze those admitted after the closing who stand in no earlier list, and create their editions for every recipient.

    What was delivered before stays as it is.

    :raises AddendumRefused: the letter is not closed.
    :raises NothingToAdd: there are no such signatures.
    """
    letter = hold(Letter, letter.pk, to_change=True)
    if letter.state != LetterState.CLOSED:
        raise AddendumRefused
    revision = letter.current_revision()
    frozen = freeze_signatory_list(revision, at=at, number=revision.signatory_lists.count())
    if not frozen.count:
        raise NothingToAdd
    create_editions(letter, revision, frozen, at=at)
    facts = {"number": frozen.number, "count": frozen.count}
    journal.write("letter.addendum", letter, by=by, at=at, scope=letter.slug, **facts)
    register.append(
        "letter.addendum",
        letter=letter.uid,
        at=at,
        fingerprint=revision.fingerprint,
        named=frozen.named,
        signatory_list=frozen.fingerprint,
        signatures=entries_fingerprint(frozen.entries()),
        **facts,
    )
    return frozen
