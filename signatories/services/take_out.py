"""Taking a confidential list out of the site: two people, once, written down."""

from datetime import datetime
from typing import Any

from django.db import transaction

from campaign.base import journal, post
from campaign.base.errors import NotAllowed
from campaign.base.models import User
from letters.models import Coordinator, Letter
from signatories.errors.take_out import TakeOutNotYours, TakeOutOver
from signatories.models import Signature, TakeOut
from signatories.models.take_out import TIME_TO_DECIDE, TIME_TO_FETCH
from signatories.services import same_person
from signatories.states import TakeOutKind, Visibility


@transaction.atomic
def ask(letter: Letter, kind: TakeOutKind, *, filters: str, reason: str, by: User, at: datetime) -> TakeOut:
    """Ask for a list. Where nobody else coordinates the issuer's letters it is agreed to at once, by nobody.

    :raises NotAllowed: the person does not coordinate the letter.
    """
    if not Letter.objects.of(by).filter(pk=letter.pk).exists():
        raise NotAllowed
    others = _others(letter, by)
    made = TakeOut.objects.create(
        letter=letter,
        kind=kind,
        filters=filters,
        reason=reason,
        asked_by=by,
        asked_at=at,
        decided_at=None if others else at,
        agreed=not others,
    )
    journal.write("take_out.asked", letter, by=by, at=at, scope=letter.slug, kind=kind.value, reason=reason)
    for one in others:
        post.send(
            "take_out_asked",
            to=one.email,
            language=one.language,
            title=letter.text("title", one.language),
            slug=letter.slug,
            person=by.email,
            reason=reason,
        )
    return made


def needs_two(letter: Letter, *, by: User) -> bool:
    """Whether the letter's consent file names somebody who is not public, and a colleague is there who can agree."""
    counted = Signature.objects.filter(revision__letter=letter, admitted_index__isnull=False)
    return bool(_others(letter, by)) and counted.exclude(visibility=Visibility.PUBLIC).exists()


def _others(letter: Letter, by: User) -> list[User]:
    return [one for one in coordinators(letter) if not same_person.share_mailbox(one.email, by.email)]


def coordinators(letter: Letter) -> list[User]:
    """The active coordinators of the letter's issuer."""
    found = Coordinator.objects.filter(issuer=letter.issuer_id, user__is_active=True).select_related("user")
    return [one.user for one in found.order_by("pk")]


@transaction.atomic
def decide(take_out: TakeOut, *, agreed: bool, by: User, at: datetime) -> None:
    """Agree to what another coordinator asked for, or refuse it.

    :raises Refusal: NotAllowed, TakeOutNotYours (one person cannot be both), TakeOutOver.
    """
    if not Letter.objects.of(by).filter(pk=take_out.letter_id).exists():
        raise NotAllowed
    first = take_out.asked_by
    if first.pk == by.pk or same_person.share_mailbox(first.email, by.email) or same_person.share_key(first.pk, by.pk):
        raise TakeOutNotYours
    row: Any = TakeOut.objects.filter(pk=take_out.pk, decided_at=None, asked_at__gt=at - TIME_TO_DECIDE)
    if not row.update(decided_by=by, decided_at=at, agreed=agreed):
        raise TakeOutOver
    act = "take_out.agreed" if agreed else "take_out.refused"
    journal.write(act, take_out.letter, by=by, at=at, scope=take_out.letter.slug, kind=take_out.kind)


@transaction.atomic
def fetch(take_out: TakeOut, *, by: User, at: datetime) -> TakeOut:
    """Mark a list as fetched by who asked for it; the caller makes the file in the same transaction.

    :raises Refusal: NotAllowed, TakeOutOver.
    """
    if take_out.asked_by_id != by.pk or not Letter.objects.of(by).filter(pk=take_out.letter_id).exists():
        raise NotAllowed
    row: Any = TakeOut.objects.filter(pk=take_out.pk, agreed=True, fetched_at=None, decided_at__gt=at - TIME_TO_FETCH)
    if not row.update(fetched_at=at):
        raise TakeOutOver
    take_out.refresh_from_db()
    letter = take_out.letter
    journal.write("take_out.fetched", letter, by=by, at=at, scope=letter.slug, kind=take_out.kind)
    return take_out
