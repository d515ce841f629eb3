"""What can be done to an invitation."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from campaign.base import journal, post
from campaign.base.languages import fold
from campaign.base.locks import hold
from campaign.base.models import User
from letters.models import Letter
from letters.states import LetterState
from signatories.domains import mail_domain
from signatories.errors.invitation import (
    AlreadyAnswered,
    AlreadyInvited,
    InvitationWasSent,
    InvitedRecently,
    NotAskingNow,
    RemindersStopped,
)
from signatories.models import Invitation, InvitationNote, InvitationPlan, Organization, Signature
from signatories.services.invitation_mail import mail
from signatories.services.reminder import next_reminder
from signatories.states import UNANSWERED_STATES, InvitationState, SignatureState
from signatories.time_zones import zone_of_country

PAUSE = timedelta(hours=24)
SIGNED_STATES = (SignatureState.CONFIRMED, SignatureState.ADMITTED, SignatureState.ON_HOLD)


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """One organization to be invited, as somebody listed it; the zone of the country is taken where none is named."""

    name: str
    email: str
    language: str
    contact_name: str = ""
    country: str = ""
    kind: str = ""
    note: str = ""
    time_zone: str = ""
    organization: Organization | None = None


@transaction.atomic
def prepare_invitations(
    letter: Letter, invitations: Iterable[NewInvitation], *, owner: User | None, by: User, at: datetime
) -> list[Invitation]:
    """Write down who is to be invited, all of them or none. Nothing is mailed, and nothing but invitations is made.

    :raises AlreadyInvited: somebody else has just listed one of the mailboxes.
    """
    rows = [_prepared(letter, one, owner, at) for one in invitations]
    try:
        with transaction.atomic():
            made = Invitation.objects.bulk_create(rows, batch_size=500)
    except IntegrityError:
        raise AlreadyInvited from None
    journal.write("invitation.prepared", letter, by=by, at=at, scope=letter.slug, count=len(made))
    return made


def _prepared(letter: Letter, new: NewInvitation, owner: User | None, at: datetime) -> Invitation:
    return Invitation(
        letter=letter,
        name=new.name,
        folded=fold(new.name)[:300],
        email=new.email.strip().lower(),
        contact_name=new.contact_name,
        language=new.language,
        country=new.country,
        kind=new.kind,
        note=new.note,
        time_zone=new.time_zone or zone_of_country(new.country),
        organization=new.organization,
        owner=owner,
        created_at=at,
    )


@transaction.atomic
def send_invitation(invitation: Invitation, *, by: User, at: datetime) -> None:
    """Mail an invitation for the first time, or again after its mailbox was mended. Sent twice, the second is refused.

    :raises Refusal: NotAskingNow, RemindersStopped, MoveRefused.
    """
    letter = _asking(invitation, at)
    if invitation.stopped_at is not None:
        raise RemindersStopped
    plan = InvitationPlan.objects.of(letter)
    due = next_reminder(invitation, letter, plan, at=at)
    invitation.move(InvitationState.INVITED, invited_at=at, bounced_at=None, next_reminder_at=due)
    mail("invitation", invitation, invitation.letter, plan)
    _write("sent", invitation, by, at)


@transaction.atomic
def mark_sent(invitation: Invitation, *, by: User, at: datetime) -> None:
    """Say that a coordinator handed the personal address over herself, by a messenger or on paper. Nothing is mailed now.

    :raises Refusal: NotAskingNow, MoveRefused.
    """
    letter = _asking(invitation, at)
    due = next_reminder(invitation, letter, InvitationPlan.objects.of(letter), at=at)
    invitation.move(InvitationState.INVITED, invited_at=at, bounced_at=None, next_reminder_at=due)
    _write("sent_by_hand", invitation, by, at)


@transaction.atomic
def send_again(invitation: Invitation, *, by: User, at: datetime) -> None:
    """Mail an unanswered invitation once more, because a person wants it; at most once a day.

    :raises Refusal: NotAskingNow, AlreadyAnswered, RemindersStopped, InvitedRecently.
    """
    letter = _asking(invitation, at)
    if not invitation.is_unanswered():
        raise AlreadyAnswered
    if invitation.stopped_at is not None:
        raise RemindersStopped
    waiting: Any = Invitation.objects.filter(pk=invitation.pk, state__in=UNANSWERED_STATES, stopped_at=None)
    if not waiting.filter(invited_at__lte=at - PAUSE).update(invited_at=at):
        raise InvitedRecently
    mail("invitation", invitation, invitation.letter, InvitationPlan.objects.of(letter))
    _write("sent", invitation, by, at)


def _asking(invitation: Invitation, at: datetime) -> Letter:
    """The letter, kept as it is, if organizations can still sign it.

    :raises NotAskingNow: they cannot.
    """
    letter = hold(Letter, invitation.letter_id)
    if not letter.accepts_signatures(at):
        raise NotAskingNow
    return letter


def _write(act: str, invitation: Invitation, by: User, at: datetime, **details: str) -> None:
    letter = invitation.letter
    details["organization"] = invitation.name
    journal.write(f"invitation.{act}", invitation, by=by, at=at, scope=letter.slug, **details)


@transaction.atomic
def see_invitation(invitation: Invitation, *, at: datetime) -> None:
    """Remember that somebody pressed a button on the personal page; whoever has answered stays where she is."""
    early = (InvitationState.PREPARED, InvitationState.INVITED)
    rows: Any = Invitation.objects.filter(pk=invitation.pk)
    rows.filter(seen_at=None).update(seen_at=at)
    rows.filter(invited_at=None).update(invited_at=at)
    rows.filter(state__in=early).update(state=InvitationState.SEEN)
    invitation.refresh_from_db(fields=["state", "seen_at", "invited_at"])


@transaction.atomic
def answer_invitation(invitation: Invitation, answer: InvitationState, *, reason: str = "", at: datetime) -> None:
    """Take the answer of the invited: considering, needs its board, declined. It may be changed until the organization signs.

    :raises Refusal: NotAskingNow, AlreadyAnswered (the organization has signed), MoveRefused.
    """
    see_invitation(invitation, at=at)
    _take_answer(invitation, answer, reason, at)


@transaction.atomic
def answer_by_hand(
    invitation: Invitation, answer: InvitationState, *, reason: str = "", by: User, at: datetime
) -> None:
    """Write down what the invited told a coordinator.

    :raises Refusal: NotAskingNow, AlreadyAnswered, MoveRefused.
    """
    _take_answer(invitation, answer, reason, at)
    _write("answered_by_hand", invitation, by, at, state=answer)


def _take_answer(invitation: Invitation, answer: InvitationState, reason: str, at: datetime) -> None:
    letter = _asking(invitation, at)
    if invitation.state == InvitationState.SIGNED:
        raise AlreadyAnswered
    invitation.reason = reason
    if invitation.state == answer:
        invitation.save(update_fields=["reason"])
        return
    stamps: dict[str, Any] = {"answered_at": at, "reason": reason, "next_reminder_at": None}
    stamps["invited_at"] = invitation.invited_at or at
    if answer in UNANSWERED_STATES:
        plan = InvitationPlan.objects.of(letter)
        stamps["next_reminder_at"] = next_reminder(invitation, letter, plan, at=at)
    invitation.move(answer, **stamps)


@transaction.atomic
def mark_bounced(invitation: Invitation, *, by: User | None, at: datetime) -> None:
    """Say that the mailbox does not take our messages; nobody is reminded there.

    :param by: the coordinator; None when the mail server said so.
    :raises MoveRefused: it was not sent yet, or is answered.
    """
    invitation.move(InvitationState.BOUNCED, bounced_at=at, next_reminder_at=None)
    if by is not None:
        _write("bounced", invitation, by, at)


def mark_refused_mail(*, at: datetime) -> int:
    """Mark the invitations whose mailbox a server refused for good, and return how many there were."""
    marked = 0
    for mail_id, invitation_id in post.refused_for_good("invitation"):
        with transaction.atomic():
            rows: Any = Invitation.objects.unanswered().filter(pk=int(invitation_id))
            marked += rows.update(state=InvitationState.BOUNCED, bounced_at=at, next_reminder_at=None)
            post.settle(mail_id)
    return marked


@transaction.atomic
def change_invitation(invitation: Invitation, *, by: User, at: datetime, **facts: Any) -> None:
    """Correct who is invited, and where.

    :param facts: columns with their new values.
    :raises AlreadyInvited: the new mailbox is invited already.
    """
    for column, value in facts.items():
        setattr(invitation, column, value)
    invitation.folded = fold(invitation.name)[:300]
    columns = [*facts, "folded"]
    if invitation.is_unanswered():
        letter = invitation.letter
        invitation.next_reminder_at = next_reminder(invitation, letter, InvitationPlan.objects.of(letter), at=at)
        columns.append("next_reminder_at")
    try:
        with transaction.atomic():
            invitation.save(update_fields=columns)
    except IntegrityError:
        raise AlreadyInvited from None
    _write("changed", invitation, by, at)


@transaction.atomic
def give_to(invitations: Iterable[Invitation], owner: User | None, *, by: User, at: datetime) -> None:
    """Say who of the coordinators talks to these organizations."""
    for invitation in invitations:
        if invitation.owner_id != (owner.pk if owner else None):
            invitation.owner = owner
            invitation.save(update_fields=["owner"])
            _write("given", invitation, by, at)


def add_note(invitation: Invitation, text: str, *, by: User, at: datetime) -> InvitationNote:
    """Keep what a coordinator learned, for colleagues."""
    return InvitationNote.objects.create(invitation=invitation, author=by, text=text, at=at)


@transaction.atomic
def remove_invitation(invitation: Invitation, *, by: User, at: datetime) -> None:
    """Take an invitation off the board that nobody has got.

    :raises InvitationWasSent: somebody has.
    """
    if not Invitation.objects.filter(pk=invitation.pk, state=InvitationState.PREPARED, invited_at=None).exists():
        raise InvitationWasSent
    _write("removed", invitation, by, at)
    invitation.delete()


def note_signature(signature: Signature, *, at: datetime) -> None:
    """Say on the board that the invited signed: by the personal address, or from the mailbox that was invited.

    Runs in the transaction of the signature, in one statement.
    """
    theirs = Q(email=signature.email)
    if signature.invitation_id is not None:
        theirs |= Q(pk=signature.invitation_id)
    if signature.email or signature.invitation_id:
        rows: Any = Invitation.objects.filter(theirs, letter=signature.revision.letter_id)
        _sign(rows.exclude(state=InvitationState.SIGNED), signature.pk, at)


def _sign(rows: Any, signature_id: int, at: datetime) -> int:
    signed: int = rows.update(
        state=InvitationState.SIGNED, signature_id=signature_id, answered_at=at, next_reminder_at=None
    )
    return signed


def recognise_signatures(*, at: datetime) -> int:
    """Find the invited that signed by another way: on paper, by a colleague's mailbox, from the public page.

    A name or a domain alone is believed only of an admitted signature: anybody can claim one. Returns how many were found.
    """
    living = Q(letter__state=LetterState.OPEN) | Q(letter__late_until__gt=at)
    waiting = Invitation.objects.filter(living).exclude(state=InvitationState.SIGNED).order_by("pk")
    signed = Signature.objects.filter(
        revision__letter__in=waiting.order_by().values("letter"), state__in=SIGNED_STATES
    ).select_related("organization", "revision")
    found: dict[str, int] = {}
    for signature in signed.order_by("pk"):
        for mark in _marks_of_signature(signature):
            found.setdefault(f"{signature.revision.letter_id} {mark}", signature.pk)
    return sum(_recognise(invitation, found, at) for invitation in waiting) if found else 0


def _marks_of_signature(signature: Signature) -> Iterator[str]:
    """By what the invited are recognised in a signature, the surest first."""
    if signature.invitation_id is not None:
        yield f"invitation {signature.invitation_id}"
    if signature.email:
        yield f"mailbox {signature.email}"
    if signature.state == SignatureState.ADMITTED:
        organization = signature.organization
        yield f"organization {organization.pk}"
        if organization.domain:
            yield f"domain {organization.domain}"
        yield from (f"name {name}" for name in organization.folded.strip("|").split("|") if name)


def _marks_of_invitation(invitation: Invitation) -> Iterator[str]:
    yield f"invitation {invitation.pk}"
    yield f"mailbox {invitation.email}"
    if invitation.organization_id is not None:
        yield f"organization {invitation.organization_id}"
    if domain := mail_domain(invitation.email):
        yield f"domain {domain}"
    yield f"name {invitation.folded}"


def _recognise(invitation: Invitation, found: dict[str, int], at: datetime) -> int:
    marks = (f"{invitation.letter_id} {mark}" for mark in _marks_of_invitation(invitation))
    signature_id = next((found[mark] for mark in marks if mark in found), None)
    rows: Any = Invitation.objects.filter(pk=invitation.pk).exclude(state=InvitationState.SIGNED)
    return 0 if signature_id is None else _sign(rows, signature_id, at)
