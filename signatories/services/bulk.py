"""One act on many rows: each in a transaction of its own, so that it can be interrupted anywhere and goes on without doubling."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import override

from campaign.base import journal
from campaign.base.errors import NotAllowed, Refusal
from campaign.base.jobs import claimed, finish
from campaign.base.models import User
from letters.models import Letter
from signatories.errors.decision import SecondDecides
from signatories.errors.invitation import NothingToDo
from signatories.models import BulkItem, BulkRun, Invitation, Signature
from signatories.services import signature as signatures
from signatories.services.invitation import send_invitation
from signatories.states import BulkKind, InvitationState, SignatureState


class LeaseLost(RuntimeError):
    """Another worker has taken the row over; what this one did is undone."""


@transaction.atomic
def start_sending(
    letter: Letter, *, only: Iterable[int] | None = None, language: str, by: User, at: datetime
) -> BulkRun:
    """Ask for all invitations of a letter that were not sent yet, or for these of them.

    :raises NothingToDo: there is none.
    """
    prepared = Invitation.objects.filter(letter=letter, state=InvitationState.PREPARED).order_by("pk")
    rows = prepared if only is None else prepared.filter(pk__in=only)
    return _start(letter, BulkKind.INVITE, [BulkItem(invitation=one) for one in rows], language, by, at)


@transaction.atomic
def start_admitting(letter: Letter, *, language: str, by: User, at: datetime) -> BulkRun:
    """Ask for a decision about every signature of a letter that waits: those that can be admitted are.

    :raises NothingToDo: none waits.
    """
    rows = Signature.objects.filter(revision__letter=letter, state=SignatureState.CONFIRMED).order_by(
        "confirmed_at", "pk"
    )
    return _start(letter, BulkKind.ADMIT, [BulkItem(signature=one) for one in rows], language, by, at)


def _start(letter: Letter, kind: BulkKind, items: list[BulkItem], language: str, by: User, at: datetime) -> BulkRun:
    if not items:
        raise NothingToDo
    run = BulkRun.objects.create(letter=letter, kind=kind, started_by=by, language=language, started_at=at)
    for item in items:
        item.run = run
    BulkItem.objects.bulk_create(items, batch_size=500)
    journal.write(f"bulk.{kind}", run, by=by, at=at, scope=letter.slug, count=len(items))
    return run


def do_one(item_id: int, *, at: datetime) -> None:
    """Do what is asked of one row, if it still waits; safe to repeat, safe to interrupt.

    The act and its being done are one commit. A refusal is kept in words.
    """
    with claimed(BulkItem, item_id) as item:
        if item is None:
            return
        run = BulkRun.objects.select_related("started_by", "letter").get(pk=item.run_id)
        try:
            with transaction.atomic(), override(run.language):
                if not finish(item, ended_at=at, refusal=_act(item, run, at)):
                    raise LeaseLost
        except Refusal as refusal:
            with override(run.language):
                finish(item, ended_at=at, refusal=str(refusal))


def _act(item: BulkItem, run: BulkRun, at: datetime) -> str:
    """Do it; what is left to be said when it is not finished by that, because a second reviewer decides next.

    :raises NotAllowed: whoever started it does not run the letter any more.
    """
    if not run.started_by.is_active or not Letter.objects.of(run.started_by).filter(pk=run.letter_id).exists():
        raise NotAllowed
    if item.invitation_id is not None:
        invitation = Invitation.objects.select_related("letter__issuer").get(pk=item.invitation_id)
        send_invitation(invitation, by=run.started_by, at=at)
    elif item.signature_id is not None:
        waiting = Signature.objects.select_related("revision__letter", "organization", "mandate")
        if not signatures.admit(waiting.get(pk=item.signature_id), by=run.started_by, at=at):
            return str(SecondDecides())
    return ""
