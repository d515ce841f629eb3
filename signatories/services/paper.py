"""Signatures that came on paper or by e-mail: entered by one person, compared with the scan by another."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone, translation

from campaign.base import journal
from campaign.base.errors import MoveRefused, NotAllowed
from campaign.base.locks import hold
from campaign.base.models import User
from letters.models import Letter, Revision
from signatories.consent import PAPER_CONSENT, PAPER_VERSION
from signatories.domains import mailbox
from signatories.errors.signature import NotTakingSignatures, OwnSignature, SamePerson, SignedInFuture
from signatories.forms.document import CleanDocument
from signatories.models import Mandate, Organization, Signature
from signatories.services import evidence as evidences
from signatories.services.document import drop_document, keep_document
from signatories.services.organization import Claim, check_can_sign, forget_unclaimed, match_or_add
from signatories.states import EvidenceKind, SignatureSource, SignatureState

UNSECONDED_LIFE = timedelta(days=30)


@transaction.atomic
def enter(
    revision: Revision,
    *,
    organization: Organization | None,
    claim: Claim | None,
    logo: "ContentFile[bytes] | None" = None,
    source: str,
    person_name: str,
    position: str,
    basis: str,
    basis_note: str,
    visibility: str,
    signed_on: date,
    scan: CleanDocument,
    language: str,
    by: User,
    at: datetime,
) -> Signature:
    """Enter a signature from its scan. It counts for nothing before another person has compared it.

    :param organization: chosen from those that the coordinator sees; None when it was added with `claim`.
    :param signed_on: the day that stands on the paper.
    :raises Refusal: NotAllowed (no coordinator of the letter), NotTakingSignatures, SignedInFuture, OwnSignature, LogoNotKept,
        DocumentNotKept, MergedMeanwhile, VerificationRevoked.
    """
    letter = hold(Letter, revision.letter_id)
    if not Letter.objects.of(by).filter(pk=letter.pk).exists():
        raise NotAllowed
    if not letter.accepts_signatures(at):
        raise NotTakingSignatures
    if signed_on > timezone.localtime(at).date():
        raise SignedInFuture
    if organization is None:
        if claim is None:
            raise ValueError("Neither an organization nor a claim.")
        organization = match_or_add(claim, issuer_id=letter.issuer_id, email="", logo=logo, at=at)
    check_can_sign(hold(Organization, organization.pk))
    if evidences.speaks_for(organization.pk, by):
        raise OwnSignature
    with translation.override(language):
        consent = str(PAPER_CONSENT)
    signature = Signature(
        revision=revision,
        organization=organization,
        claim={} if claim is None else claim.columns(),
        source=SignatureSource(source),
        person_name=person_name,
        position=position,
        basis=basis,
        basis_note=basis_note,
        visibility=visibility,
        language=language,
        consent_version=PAPER_VERSION,
        consent_text=consent,
        consented_at=min(datetime.combine(signed_on, time(12), UTC), at),
        entered_by=by,
        scan_sha256=scan.sha256,
        started_at=at,
    )
    keep_document(signature.scan, scan)
    signature.save(force_insert=True)
    journal.write("signature.entered", signature, by=by, at=at, scope=letter.slug)
    return signature


@transaction.atomic
def second(signature: Signature, *, by: User, at: datetime) -> None:
    """Confirm, as another person, that the scan says what was entered. The signature then waits for its admission.

    :raises Refusal: SamePerson, OwnSignature, NotAllowed (it came on this site), NotTakingSignatures, MergedMeanwhile,
        VerificationRevoked, MoveRefused.
    """
    letter, organization, held = _held(signature)
    check_can_sign(organization)
    if held.entered_by is not None and mailbox(held.entered_by.email) == mailbox(by.email):
        raise SamePerson
    evidences.check_independence(held, by)
    if not letter.accepts_signatures(at):
        raise NotTakingSignatures
    mandate = Mandate.objects.create(
        name=held.person_name,
        position=held.position,
        basis=held.basis,
        basis_note=held.basis_note,
        stated_at=held.consented_at,
    )
    late = letter.takes_late_signatures(at)
    held.move(SignatureState.CONFIRMED, confirmed_at=at, mandate=mandate, seconded_by_id=by.pk, late=late)
    journal.write("signature.seconded", held, by=by, at=at, scope=letter.slug)
    evidences.check_by_machine(held, at=at)
    evidences.record_by_hand(held, EvidenceKind.PAPER_ORIGINAL, detail=f"SHA-256 {held.scan_sha256}", by=by, at=at)


@transaction.atomic
def discard(signature: Signature, *, by: User, at: datetime) -> None:
    """Throw away what was entered wrongly, with its scan, before anybody has confirmed it.

    :raises Refusal: NotAllowed (it came on this site), MoveRefused (somebody has confirmed it).
    """
    letter, _organization, held = _held(signature)
    if held.state != SignatureState.STARTED:
        raise MoveRefused(now=held.get_state_display())
    journal.write("signature.discarded", held, by=by, at=at, scope=letter.slug)
    _delete(held)


def _held(signature: Signature) -> tuple[Letter, Organization, Signature]:
    letter = hold(Letter, signature.revision.letter_id)
    organization = hold(Organization, signature.organization_id)
    held = hold(Signature, signature.pk, to_change=True)
    if held.source == SignatureSource.ONLINE:
        raise NotAllowed
    return letter, organization, held


@transaction.atomic
def forget_unseconded(*, at: datetime) -> int:
    """Delete what was entered and not compared by anybody within thirty days."""
    entered: Any = Signature.objects.filter(state=SignatureState.STARTED).exclude(source=SignatureSource.ONLINE)
    stale = list(entered.filter(started_at__lt=at - UNSECONDED_LIFE))
    for signature in stale:
        _delete(signature)
    return len(stale)


def _delete(signature: Signature) -> None:
    drop_document(signature.scan)
    signature.delete()
    forget_unclaimed([signature.organization_id])
