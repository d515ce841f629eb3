"""“This was not us”: anyone at a verified address of an organization puts its signature on hold, in two steps.

Whoever asks gets the same answer; only to a verified address goes a code. A person resolves the dispute.
"""

import hmac
import re
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from campaign.base import journal, register
from campaign.base.errors import MoveRefused, Refusal
from campaign.base.locks import hold
from campaign.base.models import User
from letters.models import Letter
from signatories.domains import mail_domain
from signatories.errors.code import CodeExpired
from signatories.errors.dispute import DisputeReasonMissing, NotDisputable
from signatories.errors.signature import AnotherIsAdmitted
from signatories.models import Dispute, Evidence, MailedCode, Organization, Representative, Signature
from signatories.services import code as codes
from signatories.services import evidence as evidences
from signatories.services.message import tell, tell_signer
from signatories.services.organization import check_standing
from signatories.states import CodePurpose, DisputeOutcome, EvidenceKind, Outcome, SignatureState

DISPUTABLE = (SignatureState.CONFIRMED, SignatureState.ADMITTED)
OF_THE_DOMAIN = (EvidenceKind.DOMAIN_MAIL, EvidenceKind.DNS_TXT, EvidenceKind.SITE_FILE)
ASKED_LIFE = timedelta(hours=72)
ANSWERED_LIFE = timedelta(days=30)


def signature_of_key(key: str) -> Signature | None:
    """The signature whose mailed link holds this key."""
    number, _, _proof = key.partition("-")
    if not re.fullmatch(r"[0-9]{1,18}", number):
        return None
    signature = Signature.objects.select_related("revision__letter", "organization").filter(pk=int(number)).first()
    if signature is None or not hmac.compare_digest(signature.dispute_key().encode(), key.encode()):
        return None
    return signature


def speaks_from_verified_address(organization: Organization, email: str, *, at: datetime) -> bool:
    """Whether the address is at the organization's verified domain, or is its contact address or that of an owner."""
    email = email.strip().lower()
    if email == organization.contact_email.lower() != "":
        return True
    if Representative.objects.owners().filter(organization=organization, user__email=email).exists():
        return True
    domain = mail_domain(email)
    if not domain or domain != organization.domain:
        return False
    return organization.verified_at is not None or _domain_was_checked(organization, at)


def _domain_was_checked(organization: Organization, at: datetime) -> bool:
    proofs = Evidence.objects.filter(organization=organization, kind__in=OF_THE_DOMAIN, result=Outcome.PASSED)
    return proofs.filter(Q(valid_until=None) | Q(valid_until__gt=at)).exists()


@transaction.atomic
def ask(signature: Signature, *, email: str, statement: str, language: str, at: datetime) -> MailedCode:
    """Take the first step: what is returned, and shown, is the same whether or not a code was mailed."""
    asked = MailedCode.objects.create(
        purpose=CodePurpose.DISPUTE,
        signature=signature,
        email=email.strip().lower(),
        language=language,
        facts={"statement": statement.strip()},
        asked_at=at,
    )
    recent = MailedCode.objects.filter(email=asked.email, purpose=CodePurpose.DISPUTE, codes_sent__gt=0)
    is_nuisance = recent.filter(asked_at__gt=at - timedelta(days=1)).count() >= codes.MOST_CODES_A_DAY
    if not is_nuisance and speaks_from_verified_address(signature.organization, asked.email, at=at):
        code = codes.renew(asked, until=at + codes.CODE_LIFE)
        tell(signature, "dispute_code", to=asked.email, language=language, code=code, token=asked.token)
    return asked


def confirm(asked: MailedCode, code: str, *, at: datetime) -> None:
    """Take the second step: the signature is on hold at once. Returns only after it is committed.

    :raises Refusal: CodeWrong, CodeExpired, CodeExhausted, NotDisputable.
    """
    wrong = _confirm(asked, code, at=at)
    if wrong is not None:
        raise wrong


@transaction.atomic
def _confirm(asked: MailedCode, code: str, *, at: datetime) -> Refusal | None:
    """Check the code and write all that follows, in one transaction; a wrong code is returned, its attempt counted for good.

    A request without a mailed code answers wrong codes just as one with it.
    """
    letter = hold(Letter, asked.signature.revision.letter_id)
    organization = hold(Organization, asked.signature.organization_id)
    check_standing(organization)
    signature = hold(Signature, asked.signature_id, to_change=True)
    asked = hold(MailedCode, asked.pk, to_change=True)
    if asked.used_at is not None or asked.asked_at + codes.CODE_LIFE <= at:
        return CodeExpired()
    if wrong := codes.wrong(asked, code):
        return wrong
    if not speaks_from_verified_address(organization, asked.email, at=at):
        return CodeExpired()
    if signature.state not in DISPUTABLE:
        raise NotDisputable
    asked.used_at, asked.code_hash = at, ""
    asked.save(update_fields=["used_at", "code_hash"])
    signature.move(SignatureState.ON_HOLD, held_at=at)
    statement = asked.facts["statement"]
    dispute = Dispute.objects.create(signature=signature, email=asked.email, statement=statement, disputed_at=at)
    journal.write("signature.disputed", dispute, by=None, at=at, scope=letter.slug)
    _tell_everybody(signature, letter, "signature_held", also=(), statement=statement)
    _note(signature, letter, "signature.held", at)
    return None


def _note(signature: Signature, letter: Letter, kind: str, at: datetime) -> None:
    """Write into the register what becomes of an entry of its own; what never stood there leaves no trace."""
    if signature.admitted_index is not None:
        register.append(kind, letter=letter.uid, at=at, entry=signature.admitted_index)


def _tell_everybody(
    signature: Signature, letter: Letter, template: str, *, also: tuple[tuple[str, str], ...], **facts: str
) -> None:
    """Tell the letter's coordinators with a link to the desk, and the signer, every owner and the contact address without it."""
    organization = signature.organization
    desk = User.objects.filter(coordinates__issuer=letter.issuer_id, is_active=True).distinct().order_by("pk")
    coordinators = {person.email: person.language for person in desk}
    owners = Representative.objects.owners().filter(organization=organization).select_related("user").order_by("pk")
    others = {one.user.email: one.user.language for one in owners}
    for email, language in (
        (signature.email, signature.language),
        (organization.contact_email, organization.original_language),
        *also,
    ):
        if email:
            others.setdefault(email, language)
    for to, language in coordinators.items():
        tell(signature, template, to=to, language=language, desk=signature.pk, **facts)
    for to, language in others.items():
        if to not in coordinators and to != signature.email:
            tell(signature, template, to=to, language=language, desk=None, **facts)
    if signature.email not in coordinators:
        tell_signer(signature, template, desk=None, **facts)


@transaction.atomic
def resolve(dispute: Dispute, outcome: DisputeOutcome, *, reason: str, by: User, at: datetime) -> None:
    """End a dispute: upheld, the signature is struck; dismissed, it stands again as it stood. The reason is mailed.

    :raises Refusal: OwnSignature, DisputeReasonMissing, MoveRefused, AnotherIsAdmitted.
    """
    evidences.check_independence(dispute.signature, by)
    if not reason.strip():
        raise DisputeReasonMissing
    letter = hold(Letter, dispute.signature.revision.letter_id)
    check_standing(hold(Organization, dispute.signature.organization_id, to_change=True))
    signature = hold(Signature, dispute.signature_id, to_change=True)
    if signature.state != SignatureState.ON_HOLD:
        raise MoveRefused(now=signature.get_state_display())
    _end(signature, letter, outcome, reason=reason.strip(), by=by, at=at)
    Dispute.objects.filter(pk=dispute.pk).update(
        outcome=outcome, resolved_at=at, resolved_by_id=by.pk, reason=reason.strip()
    )
    journal.write("dispute.resolved", signature, by=by, at=at, scope=letter.slug, outcome=outcome)
    said = ((dispute.email, signature.language),)
    _tell_everybody(signature, letter, "dispute_resolved", also=said, outcome=outcome, reason=reason.strip())
    _note(signature, letter, "signature.struck" if outcome == DisputeOutcome.UPHELD else "signature.restored", at)


def _end(signature: Signature, letter: Letter, outcome: DisputeOutcome, *, reason: str, by: User, at: datetime) -> None:
    """Move the signature on; one that missed the closing while it was on hold comes back as a late one."""
    if outcome == DisputeOutcome.UPHELD:
        signature.move(SignatureState.REFUSED, decided_at=at, decided_by_id=by.pk, refusal=reason)
        return
    back = SignatureState.CONFIRMED if signature.admitted_index is None else SignatureState.ADMITTED
    assert signature.held_at is not None
    missed = letter.closed_at is not None and signature.held_at < letter.closed_at
    if back == SignatureState.ADMITTED and signature.has_admitted_twin():
        raise AnotherIsAdmitted
    signature.move(back, held_at=None, late=signature.late or missed)


def end_withdrawn(signature: Signature, letter: Letter, *, by: User, at: datetime) -> None:
    """End the dispute, if there is one, about a signature that is withdrawn now: nobody needs to decide it any more."""
    dispute = Dispute.objects.filter(signature=signature, resolved_at=None).first()
    if dispute is None:
        return
    outcome = DisputeOutcome.WITHDRAWN
    Dispute.objects.filter(pk=dispute.pk).update(outcome=outcome, resolved_at=at, resolved_by_id=by.pk)
    journal.write("dispute.resolved", signature, by=by, at=at, scope=letter.slug, outcome=outcome)
    said = ((dispute.email, signature.language),)
    _tell_everybody(signature, letter, "dispute_resolved", also=said, outcome=outcome)


@transaction.atomic
def forget_asked(*, at: datetime) -> int:
    """Delete requests of codes that led to nothing within 72 hours, and all others after a month."""
    stale = Q(purpose=CodePurpose.DISPUTE, used_at=None, asked_at__lt=at - ASKED_LIFE)
    count, _ = MailedCode.objects.filter(stale | Q(asked_at__lt=at - ANSWERED_LIFE)).delete()
    return count
