"""What can be done to a signature."""

from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import translation
from django.utils.translation import gettext

from campaign.base import freshness, journal, post, register
from campaign.base.errors import NotAllowed, Refusal
from campaign.base.languages import list_and
from campaign.base.locks import hold
from campaign.base.models import User
from letters.models import Letter, Revision
from signatories import policy
from signatories.access import may_decide_about
from signatories.consent import CONSENT, CONSENT_VERSION
from signatories.errors.code import CodeExpired, TooManyCodes
from signatories.errors.decision import EvidenceMissing, EvidenceTooWeak, HumanLookMissing, OnlyVouchedFor
from signatories.errors.dispute import StillDisputed
from signatories.errors.signature import (
    AlreadySigned,
    AnotherIsAdmitted,
    NotTakingSignatures,
    ReasonMissing,
    TextChanged,
)
from signatories.models import Invitation, Mandate, Organization, Signature
from signatories.services import approval as approvals
from signatories.services import code as codes
from signatories.services import decision as decisions
from signatories.services import dispute as disputes
from signatories.services import evidence as evidences
from signatories.services import invitation as invitations
from signatories.services import representative as representatives
from signatories.services import verification as verifications
from signatories.services.message import tell_owners, tell_signer
from signatories.services.notice import alarm_at_withdrawals
from signatories.services.organization import (
    Claim,
    check_can_sign,
    forget_unclaimed,
    keep_search_form,
    match_or_add,
    names_in,
    remember_names,
)
from signatories.states import (
    ACTIVE_STATES,
    REACHED_FROM,
    AliasSource,
    Level,
    SignatureSource,
    SignatureState,
    Visibility,
)

WHEN_IT_IS_SIGNED_FOR = ("uid", "merged_into_id", "revoked_at", "needs_approval", "contact_email", "original_language")
WHEN_IT_SIGNS = ("slug", "state", "closes_at", "late_until")  # what a letter's own row says of taking signatures
UNCONFIRMED_LIFE = timedelta(hours=72)


@transaction.atomic
def start(
    revision: Revision,
    *,
    organization: Organization | None,
    claim: Claim | None,
    logo: "ContentFile[bytes] | None" = None,
    email: str,
    person_name: str,
    position: str,
    basis: str,
    basis_note: str = "",
    visibility: str = Visibility.PUBLIC,
    fingerprint: str,
    language: str,
    invitation: Invitation | None = None,
    at: datetime,
) -> Signature:
    """Start a signature and mail its code. Nothing is signed before the code comes back.

    Says nothing about what others claimed: the answer is the same whether or not the organization is known.

    :param organization: chosen from the list; None when it was added with `claim`.
    :param visibility: who may see the organization under the letter; it can only become stricter later.
    :param fingerprint: of the text that the person saw.
    :param invitation: through whose personal address the person came.
    :raises Refusal: NotTakingSignatures, TextChanged, TooManyCodes, LogoNotKept.
    """
    letter = hold(Letter, revision.letter_id)
    _check_takes_signatures(letter, revision, fingerprint, at)
    _check_mail_is_no_nuisance(revision, email, at)
    if organization is None:
        if claim is None:
            raise ValueError("Neither an organization nor a claim.")
        organization = match_or_add(claim, issuer_id=letter.issuer_id, email=email, logo=logo, at=at)
    check_can_sign(hold(Organization, organization.pk, only=("uid", "merged_into_id", "revoked_at")))
    with translation.override(language):
        consent = str(CONSENT)
    signature = Signature.objects.create(
        revision=revision,
        organization=organization,
        claim={} if claim is None else claim.columns(),
        email=email.strip().lower(),
        person_name=person_name,
        position=position,
        basis=basis,
        basis_note=basis_note,
        visibility=visibility,
        language=language,
        consent_version=CONSENT_VERSION,
        consent_text=consent,
        consented_at=at,
        invitation=invitation,
        started_at=at,
    )
    _mail_code(signature, at=at)
    return signature


def _check_takes_signatures(letter: Letter, revision: Revision, fingerprint: str, at: datetime) -> None:
    if not letter.accepts_signatures(at):
        raise NotTakingSignatures
    if fingerprint != revision.fingerprint:
        raise TextChanged


def _check_mail_is_no_nuisance(revision: Revision, email: str, at: datetime) -> None:
    recent = Signature.objects.filter(
        revision__letter=revision.letter_id, email=email.strip().lower(), started_at__gt=at - timedelta(days=1)
    )
    if (recent.aggregate(sent=Sum("codes_sent"))["sent"] or 0) >= codes.MOST_CODES_A_DAY:
        raise TooManyCodes


def _mail_code(signature: Signature, *, at: datetime) -> None:
    post.send(
        "signing_code",
        to=signature.email,
        language=signature.language,
        code=codes.renew(signature, until=at + codes.CODE_LIFE),
        letter=signature.revision.letter.text("title", signature.language),
        organization=signature.called_in(signature.language),
        minutes=int(codes.CODE_LIFE.total_seconds() // 60),
        token=signature.token,
    )


@transaction.atomic
def send_new_code(signature: Signature, *, at: datetime) -> None:
    """Mail a new code for a started signature; the old one dies.

    :raises Refusal: WaitForCode, TooManyCodes, AlreadySigned, NotTakingSignatures, TextChanged.
    """
    signature = hold(Signature, signature.pk, to_change=True)
    if signature.state != SignatureState.STARTED:
        raise AlreadySigned
    if not signature.revision.letter.accepts_signatures(at):
        raise NotTakingSignatures
    if _is_corrected(signature):
        raise TextChanged
    codes.check_pause(signature.code_expires_at and signature.code_expires_at - codes.CODE_LIFE, at=at)
    _check_mail_is_no_nuisance(signature.revision, signature.email, at)
    _mail_code(signature, at=at)


def confirm(signature: Signature, code: str, *, at: datetime) -> None:
    """Sign, or propose to sign where the organization asks for a second person: the typed code shows that the mailbox's owner
    means it. Returns only after the signature is committed.

    :raises Refusal: CodeWrong, CodeExpired, CodeExhausted, AlreadySigned, NotTakingSignatures, TextChanged, NoLongerActs, NobodyApproves.
    """
    try:
        wrong = _confirm(signature, code, at=at)
    except (
        IntegrityError
    ):  # at the same moment the same mailbox confirmed this claim, or made its first signature elsewhere
        if active_for(signature.revision, signature.organization, signature.email):
            raise AlreadySigned from None
        wrong = _confirm(signature, code, at=at)
    if wrong is not None:
        raise wrong


@transaction.atomic
def _confirm(signature: Signature, code: str, *, at: datetime) -> Refusal | None:
    """Check the code and write all that follows, in one transaction.

    A wrong code is returned and not raised, because its attempt is counted for good before anybody is answered.
    """
    letter = hold(Letter, signature.revision.letter_id, only=WHEN_IT_SIGNS)
    organization = hold(Organization, signature.organization_id, only=WHEN_IT_IS_SIGNED_FOR)
    check_can_sign(organization)
    held = hold(Signature, signature.pk, to_change=True)
    if held.state != SignatureState.STARTED:
        raise AlreadySigned
    if not letter.accepts_signatures(at):
        raise NotTakingSignatures
    if not held.code_is_open(at):
        raise TextChanged if _is_corrected(held) else CodeExpired
    if wrong := codes.wrong(held, code):
        return wrong
    staff = representatives.staff_of(organization, signature.email)
    representative = representatives.signer(signature, staff)
    person = representative.user
    mandate = Mandate.objects.create(
        representative=representative,
        name=signature.person_name,
        position=signature.position,
        basis=signature.basis,
        basis_note=signature.basis_note,
        stated_at=at,
    )
    given = {"code_hash": "", "person": person, "mandate": mandate}
    if organization.needs_approval and not _is_strangers(signature, staff):
        approvals.propose(signature, letter, staff, given, at=at)
    else:
        signature.move(SignatureState.CONFIRMED, confirmed_at=at, late=letter.takes_late_signatures(at), **given)
        journal.write("signature.confirmed", signature, by=person, at=at, scope=letter.slug)
        tell_signer(signature, "signature_received")
        facts = representatives.signer_facts(signature, "confirmed")
        tell_owners(signature, organization, staff.leading, "signature_notice", **facts)
        invitations.note_signature(signature, at=at)
    evidences.check_by_machine(signature, at=at)
    return None


def _is_corrected(signature: Signature) -> bool:
    """Whether another text is signed by now than the one to which the person consented."""
    return signature.revision_id != signature.revision.letter.current_revision().pk


def _is_strangers(signature: Signature, staff: representatives.Staff) -> bool:
    """Whether somebody whom the organization has not let in added it as new: the answer must not tell that it is known here."""
    return bool(signature.claim) and (staff.own is None or not staff.own.is_active())


@transaction.atomic
def admit(signature: Signature, *, by: User, at: datetime, reason: str = "") -> bool:
    """Admit a confirmed signature: from now on it counts and shows. The table of trust (`signatories/policy.py`) must allow it now.

    Where two reviewers decide, the first one's yes is recorded and nothing else happens.

    :param reason: why the organization is not the one for which it can be taken.
    :return: whether it was admitted; else a second reviewer decides next.
    :raises Refusal: NotTakingSignatures (the letter is closed, by hand or by the clock), OwnSignature, StillDisputed, VerificationRevoked,
        MandateRevoked, EvidenceMissing, HumanLookMissing, EvidenceTooWeak, OnlyVouchedFor, NotIndependent, DecidedAlready,
        SameMailbox, SameKey, SameNetworkUnexplained, LookalikeUnexplained, AnotherIsAdmitted, MoveRefused.
    """
    evidences.check_independence(signature, by)
    letter = hold(Letter, signature.revision.letter_id)
    if not letter.admits_signatures(at, late=signature.late):
        raise NotTakingSignatures
    organization = hold(Organization, signature.organization_id, to_change=True)
    _check_not_disputed(signature)
    representatives.check_mandate(signature)
    check_can_sign(organization)
    level = _check_evidence(signature, at)
    _check_level_counts(letter, signature, max(level, decisions.borne_level(organization, at=at)), at)
    settled = decisions.Settled(Level.NONE)
    undecided = organization.level < least_level(letter)
    if undecided:
        settled = _settle(signature, organization, letter, level, by=by, at=at, reason=reason)
        if settled.level == Level.NONE:
            return False
        _check_level_counts(letter, signature, settled.level, at)
    if organization.verified_at is None:
        _take_over_claim(organization, signature)
    elif signature.claim:
        remember_names(organization, names_in(signature.claim), source=AliasSource.CLAIM, at=at)
    if undecided:
        decisions.raise_to(organization, settled.level, at=at)
    if signature.has_admitted_twin():
        raise AnotherIsAdmitted
    late = not letter.takes_signatures(at)
    signature.move(SignatureState.ADMITTED, decided_at=at, decided_by_id=by.pk, late=late)
    signature.organization = organization
    signature.opening = signature.opening_now()
    journal.write("signature.admitted", signature, by=by, at=at, scope=letter.slug)
    tell_signer(signature, "signature_admitted", receipt_of=signature.pk)
    representatives.accept(signature, organization, at=at)
    seen = [one for one in evidences.evidence_for(signature) if one.holds(at)]
    verifications.tell_decided(organization, decisions=settled.decisions, seen=seen, at=at)
    index = register.append(
        "signature.admitted",
        letter=letter.uid,
        at=at.replace(minute=0, second=0, microsecond=0),
        fingerprint=signature.revision.fingerprint,
        signatory=signature.commitment(),
    )
    Signature.objects.filter(pk=signature.pk).update(admitted_index=index, opening=signature.opening)
    return True


def _check_not_disputed(signature: Signature) -> None:
    """Only who resolves the dispute decides about what is on hold. The caller holds the organization or the signature."""
    if Signature.objects.filter(pk=signature.pk, state=SignatureState.ON_HOLD).exists():
        raise StillDisputed


def _check_evidence(signature: Signature, at: datetime) -> Level:
    """The level that follows from what is valid now.

    :raises Refusal: EvidenceMissing, HumanLookMissing, EvidenceTooWeak.
    """
    evidence = [one for one in evidences.evidence_for(signature) if one.holds(at)]
    if level := policy.level_of(evidence, at):
        return level
    if open_questions := policy.unanswered(policy.valid_kinds(evidence, at)):
        labels = [str(question.label) for question in open_questions]
        raise EvidenceMissing(questions=list_and(labels, translation.get_language() or "kk"))
    if not policy.somebody_looked(evidence):
        raise HumanLookMissing
    raise EvidenceTooWeak(missing=" ".join(policy.missing_for(Level.VOUCHED, evidence, at)))


def least_level(letter: Letter) -> Level:
    """The level that an organization must have to count under the letter."""
    return Level.VOUCHED if letter.takes_vouched else Level.CONFIRMED


def _check_level_counts(letter: Letter, signature: Signature, level: Level, at: datetime) -> None:
    """Refuse an organization that is only vouched for, where the letter does not count such.

    :raises OnlyVouchedFor: with what would raise the level, by the evidence for this signature.
    """
    if level < least_level(letter):
        missing = policy.missing_for(Level.CONFIRMED, evidences.evidence_for(signature), at)
        decided_lower = gettext("What was checked is enough; whoever said yes to “vouched for” decides once more.")
        raise OnlyVouchedFor(missing=" ".join(missing) or decided_lower)


def _settle(
    signature: Signature,
    organization: Organization,
    letter: Letter,
    level: Level,
    *,
    by: User,
    at: datetime,
    reason: str,
) -> decisions.Settled:
    """Record this reviewer's yes to a first level, or to the rise that the letter asks for; what is settled by it."""
    if hold(Signature, signature.pk, to_change=True).state not in REACHED_FROM[SignatureState.ADMITTED]:
        return decisions.Settled(level)  # the move itself says where it is by now
    seen = evidences.evidence_for(signature)
    twins = decisions.twins_of(organization, signature.claim or organization.columns(), by=by, at=at)
    settled = decisions.settle(
        organization,
        level,
        signature=signature,
        letter=letter,
        situation=policy.situation_of(seen, at),
        seen=seen,
        twins=bool(twins),
        reason=reason,
        by=by,
        at=at,
    )
    if not settled.level:
        journal.write("signature.seconding", signature, by=by, at=at, scope=letter.slug)
    return settled


def _take_over_claim(organization: Organization, signature: Signature) -> None:
    """An organization becomes what its first admitted claim says of it."""
    for column, value in signature.claim.items():
        setattr(organization, column, value)
    organization.save(update_fields=[*signature.claim])
    keep_search_form(organization)


@transaction.atomic
def refuse(signature: Signature, *, reason: str, by: User, at: datetime) -> None:
    """Refuse a confirmed signature; the reason is mailed to the representative.

    :raises Refusal: OwnSignature, ReasonMissing, StillDisputed, MoveRefused.
    """
    evidences.check_independence(signature, by)
    if not reason.strip():
        raise ReasonMissing
    hold(Signature, signature.pk, to_change=True)
    _check_not_disputed(signature)
    signature.move(SignatureState.REFUSED, decided_at=at, decided_by_id=by.pk, refusal=reason)
    journal.write("signature.refused", signature, by=by, at=at, scope=signature.revision.letter.slug)
    tell_signer(signature, "signature_refused", reason=reason)


@transaction.atomic
def withdraw(signature: Signature, *, by: User, at: datetime) -> None:
    """Withdraw a signature at any time, by the representative who gave it or an owner of the organization.

    Leaves a public, dated trace only if it was seen in public. Editions that exist stay; later ones do without it.

    :raises Refusal: NotAllowed (somebody else's), MoveRefused.
    """
    if not may_decide_about(signature, by):
        raise NotAllowed
    letter = hold(Letter, signature.revision.letter_id, to_change=True)  # so that withdrawals are counted one by one
    signature = hold(Signature, signature.pk, to_change=True)
    counted = signature.admitted_index is not None  # also when it is on hold now
    was_seen = signature.stood_in_public(at)
    signature.move(SignatureState.WITHDRAWN, withdrawn_at=at)
    journal.write("signature.withdrawn", signature, by=by, at=at, scope=letter.slug)
    tell_signer(signature, "signature_withdrawn")
    disputes.end_withdrawn(signature, letter, by=by, at=at)
    if counted:
        alarm_at_withdrawals(letter, at=at)
        freshness.raise_version()
    if was_seen:
        register.append("signature.withdrawn", letter=letter.uid, at=at, entry=signature.admitted_index)


@transaction.atomic
def forget_unconfirmed(*, at: datetime) -> int:
    """Delete signatures that nobody confirmed within 72 hours, and organizations with logos that came only with them."""
    stale = Signature.objects.filter(
        state=SignatureState.STARTED, source=SignatureSource.ONLINE, started_at__lt=at - UNCONFIRMED_LIFE
    )
    organizations = list(stale.values_list("organization_id", flat=True))
    count, _ = stale.delete()
    forget_unclaimed(organizations)
    return count


def active_for(revision: Revision, organization: Organization, email: str) -> bool:
    """Whether this person already has a claim for the organization that is confirmed, admitted or on hold."""
    return Signature.objects.filter(
        revision__letter=revision.letter_id,
        organization=organization,
        email=email.strip().lower(),
        state__in=ACTIVE_STATES,
    ).exists()
