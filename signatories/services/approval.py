"""The second person: one proposes a signature of the organization, another one agrees, says no, or passes it on.

Each is asked by a mail with a code and an address of its own; the answer is due before the letter closes, at the latest after a week.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Sum

from campaign.base import journal
from campaign.base.errors import MoveRefused, NotAllowed, Refusal
from campaign.base.locks import hold
from campaign.base.models import User
from letters.models import Letter
from signatories.domains import mailbox
from signatories.errors.code import CodeExpired, TooManyCodes
from signatories.errors.dispute import AlreadyAsked
from signatories.errors.organization import OrganizationSigned
from signatories.errors.signature import NobodyApproves, NotTakingSignatures, ProposalRevoked, TextChanged
from signatories.models import MailedCode, Organization, Representative, Signature
from signatories.services import code as codes
from signatories.services import invitation as invitations
from signatories.services import representative as representatives
from signatories.services.message import moment, tell, tell_owners, tell_signer
from signatories.services.organization import check_can_sign
from signatories.services.representative import Staff
from signatories.states import CodePurpose, SignatureState

LONGEST_WAIT = timedelta(days=7)
GIVEN = (SignatureState.CONFIRMED, SignatureState.ADMITTED, SignatureState.ON_HOLD)


def propose(signature: Signature, letter: Letter, staff: Staff, given: dict[str, Any], *, at: datetime) -> None:
    """Put a signature before the organization's second people; part of the transaction in which its code came.

    :param given: columns that the code has settled: who proposes, on which mandate.
    :raises NobodyApproves: nobody else may agree.
    """
    people = staff.second_people()
    if not people:
        raise NobodyApproves
    due_at = min(letter.accepts_signatures_until(at) or at + LONGEST_WAIT, at + LONGEST_WAIT)
    signature.move(SignatureState.PROPOSED, approval_due_at=due_at, **given)
    journal.write("signature.proposed", signature, by=signature.person, at=at, scope=letter.slug)
    tell_signer(signature, "signature_proposed", due=moment(due_at, signature.language))
    for one in people:
        _ask(signature, one.user, at=at)


def _ask(signature: Signature, person: User, *, at: datetime, **facts: Any) -> None:
    """Ask one person; who got too many codes today finds the proposal at home."""
    asked = MailedCode.objects.create(
        purpose=CodePurpose.APPROVAL,
        signature=signature,
        email=person.email,
        language=person.language,
        facts=facts,
        asked_at=at,
    )
    if not _is_nuisance(asked, at):
        _mail(asked, signature)


def _mail(asked: MailedCode, signature: Signature) -> None:
    assert signature.approval_due_at is not None
    tell(
        signature,
        "approval_asked",
        to=asked.email,
        language=asked.language,
        code=codes.renew(asked, until=signature.approval_due_at),
        token=asked.token,
        due=moment(signature.approval_due_at, asked.language),
        person_name=signature.person_name,
        position=signature.position,
    )


def _is_nuisance(asked: MailedCode, at: datetime) -> bool:
    letter = asked.signature.revision.letter_id
    recent = MailedCode.objects.filter(
        email=asked.email, signature__revision__letter=letter, asked_at__gt=at - timedelta(days=1)
    )
    return (recent.aggregate(sent=Sum("codes_sent"))["sent"] or 0) >= codes.MOST_CODES_A_DAY


@transaction.atomic
def send_new_code(asked: MailedCode, *, at: datetime) -> None:
    """Mail a new code to a person who was asked; the old one dies.

    :raises Refusal: MoveRefused (answered meanwhile), NotAllowed, WaitForCode, TooManyCodes.
    """
    _letter, _organization, signature, asked = _hold(asked)
    _second_person(asked, signature)
    codes.check_pause(asked.asked_at, at=at)
    if _is_nuisance(asked, at):
        raise TooManyCodes
    asked.asked_at = at
    asked.save(update_fields=["asked_at"])
    _mail(asked, signature)


def approve(asked: MailedCode, code: str, *, at: datetime) -> None:
    """Agree: the proposed signature is given. Returns only after it is committed.

    :raises Refusal: CodeWrong, CodeExpired, CodeExhausted, MoveRefused, NotAllowed, NotTakingSignatures, TextChanged, OrganizationSigned,
        ProposalRevoked.
    """
    wrong = _approve(asked, code, at=at)
    if wrong is not None:
        raise wrong


@transaction.atomic
def _approve(asked: MailedCode, code: str, *, at: datetime) -> Refusal | None:
    """Check the code and write all that follows, in one transaction; a wrong code is returned, its attempt counted for good."""
    letter, organization, signature, asked = _hold(asked)
    if not letter.accepts_signatures(at):
        raise NotTakingSignatures
    person = _second_person(asked, signature)
    if signature.revision_id != letter.current_revision().pk:
        raise TextChanged
    if not asked.code_is_open(at):
        raise CodeExpired
    if wrong := codes.wrong(asked, code):
        return wrong
    if signature.mandate is not None and signature.mandate.revoked_at is not None:
        raise ProposalRevoked
    if _has_signed(signature):
        raise OrganizationSigned
    late = letter.takes_late_signatures(at)
    signature.move(SignatureState.CONFIRMED, confirmed_at=at, approved_at=at, approver=person, late=late)
    _use(asked, at)
    journal.write("signature.approved", signature, by=person, at=at, scope=letter.slug)
    invitations.note_signature(signature, at=at)
    tell_signer(signature, "signature_received")
    staff = representatives.staff_of(organization, signature.email)
    facts = representatives.signer_facts(signature, "confirmed")
    tell_owners(signature, organization, staff.leading, "signature_notice", **facts)
    return None


def _hold(asked: MailedCode) -> tuple[Letter, Organization, Signature, MailedCode]:
    """Everything that an answer rests on, in the order of locks; of two answers at one moment the second sees the first.

    :raises MoveRefused: the proposal does not wait any more.
    """
    letter = hold(Letter, asked.signature.revision.letter_id)
    organization = hold(Organization, asked.signature.organization_id, to_change=True)
    check_can_sign(organization)
    signature = hold(Signature, asked.signature_id, to_change=True)
    held = hold(MailedCode, asked.pk, to_change=True)
    _check_waits(signature)
    return letter, organization, signature, held


def _check_waits(signature: Signature) -> None:
    if signature.state != SignatureState.PROPOSED:
        raise MoveRefused(now=signature.get_state_display())


def _second_person(asked: MailedCode, signature: Signature) -> User:
    """Who was asked, if he or she may still agree.

    :raises NotAllowed: has left, or has another role by now, or is the one who proposed, be it by another name of the same mailbox.
    """
    colleagues = Representative.objects.active().filter(organization=signature.organization_id)
    one = colleagues.select_related("user").filter(user__email=asked.email).first()
    if one is None or not one.user.is_active or mailbox(one.user.email) == mailbox(signature.email):
        raise NotAllowed
    if not (one.may_approve() or "forwarded_by" in asked.facts):
        raise NotAllowed
    return one.user


def _has_signed(signature: Signature) -> bool:
    """Whether the organization itself has given its signature already; a stranger's claim is none."""
    of_organization = Signature.objects.filter(
        revision__letter=signature.revision.letter_id, organization=signature.organization_id
    )
    agreed = of_organization.filter(state__in=GIVEN, approved_at__isnull=False)
    return agreed.exists() or of_organization.filter(state=SignatureState.ADMITTED).exists()


def _use(asked: MailedCode, at: datetime) -> None:
    asked.used_at, asked.code_hash = at, ""
    asked.save(update_fields=["used_at", "code_hash"])


@transaction.atomic
def decline(asked: MailedCode, *, reason: str, at: datetime) -> None:
    """Say no; the record stays, and who proposed is told, with the reason if there is one.

    :raises Refusal: MoveRefused, NotAllowed.
    """
    letter, _organization, signature, asked = _hold(asked)
    person = _second_person(asked, signature)
    signature.move(SignatureState.DECLINED, declined_at=at, decline_reason=reason.strip(), approver=person)
    _use(asked, at)
    journal.write("signature.declined", signature, by=person, at=at, scope=letter.slug)
    tell_signer(signature, "signature_declined", reason=reason.strip())


@transaction.atomic
def forward(asked: MailedCode, colleague: Representative, *, at: datetime) -> None:
    """Pass the question on to a colleague, who may then answer it whatever the role; one's own way to answer stays.

    :raises Refusal: MoveRefused, NotAllowed, AlreadyAsked.
    """
    letter, _organization, signature, asked = _hold(asked)
    person = _second_person(asked, signature)
    is_colleague = colleague.organization_id == signature.organization_id and colleague.is_active()
    if not is_colleague:
        raise NotAllowed
    others = MailedCode.objects.filter(signature=signature, purpose=CodePurpose.APPROVAL, email=colleague.user.email)
    if colleague.user_id == signature.person_id or others.exists():
        raise AlreadyAsked
    _ask(signature, colleague.user, at=at, forwarded_by=person.pk)
    journal.write("signature.forwarded", signature, by=person, at=at, scope=letter.slug)


def end_overdue(*, at: datetime) -> int:
    """Let proposals that nobody answered in time end as declined, and tell who made them."""
    overdue = Signature.objects.filter(state=SignatureState.PROPOSED, approval_due_at__lte=at)
    return sum(_end(pk, at) for pk in overdue.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _end(pk: int, at: datetime) -> int:
    signature = hold(Signature, pk, to_change=True)
    if signature.state != SignatureState.PROPOSED:
        return 0
    signature.move(SignatureState.DECLINED, declined_at=at)
    journal.write("signature.unanswered", signature, by=None, at=at, scope=signature.revision.letter.slug)
    tell_signer(signature, "approval_ended")
    return 1
