"""What can be done when a text that was signed is corrected: everybody is asked, and nothing carries over by itself."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.utils import translation

from campaign.base import journal, register
from campaign.base.errors import NotAllowed
from campaign.base.locks import hold
from campaign.base.models import User
from letters.models import Letter, Revision
from letters.services.erratum import correct_letter
from signatories.access import may_decide_about
from signatories.consent import RENEWAL_CONSENT, RENEWAL_VERSION
from signatories.domains import mailbox
from signatories.errors.dispute import StillDisputed
from signatories.errors.signature import NothingAsked, NotTakingSignatures, OwnProposal, TextChanged
from signatories.models import ErratumAnswer, Organization, Representative, Signature
from signatories.services import representative as representatives
from signatories.services.message import tell, tell_signer
from signatories.services.organization import check_can_sign
from signatories.states import ACTIVE_STATES, ErratumChoice, SignatureSource, SignatureState


@transaction.atomic
def correct(
    letter: Letter, columns: dict[str, str], reason: dict[str, str], *, fingerprint: str, by: User, at: datetime
) -> Revision:
    """Correct a text that is signed already, and ask everybody who signed it. Codes that are on their way sign nothing any more.

    :raises Refusal: as `letters.services.erratum.correct_letter`.
    """
    letter = hold(Letter, letter.pk, to_change=True)
    signatures = Signature.objects.filter(revision__letter=letter)
    begun = signatures.filter(state=SignatureState.STARTED, source=SignatureSource.ONLINE, code_expires_at__gt=at)
    begun.update(code_hash="", code_expires_at=at)
    asked = signatures.filter(state__in=ACTIVE_STATES).select_related("revision__letter", "organization")
    for signature in asked.order_by("pk"):
        facts = {"letter": columns[f"title_{signature.language}"], "reason": reason[signature.language]}
        tell_signer(signature, "erratum_asked", answer_for=signature.pk, **facts)
    return correct_letter(letter, columns, reason, fingerprint=fingerprint, by=by, at=at)


def outdated(signatures: QuerySet[Signature]) -> QuerySet[Signature]:
    """Of these, those that stand for another text than the one that is signed now; `newest` is its revision's key."""
    revisions = Revision.objects.filter(letter=OuterRef("revision__letter")).order_by("-number")
    active = signatures.filter(state__in=ACTIVE_STATES).annotate(newest=Subquery(revisions.values("pk")[:1]))
    return active.exclude(revision=F("newest"))


def unanswered(signatures: QuerySet[Signature]) -> QuerySet[Signature]:
    """Of these, those for which nobody has answered the newest correction."""
    answers = ErratumAnswer.objects.filter(signature=OuterRef("pk"), revision=OuterRef("newest"))
    return outdated(signatures).exclude(Exists(answers))


def proposed_renewals(person: User) -> QuerySet[ErratumAnswer]:
    """Renewals that a colleague proposed for the newest text and to which this person may agree."""
    approves = [one.organization_id for one in Representative.objects.active().filter(user=person) if one.may_approve()]
    later = Revision.objects.filter(letter=OuterRef("revision__letter"), number__gt=OuterRef("revision__number"))
    waiting = ErratumAnswer.objects.filter(~Exists(later), choice=ErratumChoice.RENEW, renewed_at=None)
    return waiting.filter(signature__organization__in=approves, signature__state__in=ACTIVE_STATES).exclude(
        person=person
    )


@transaction.atomic
def answer(
    signature: Signature, choice: ErratumChoice, *, fingerprint: str, language: str, by: User, at: datetime
) -> ErratumAnswer:
    """Leave a signature with the text that it was given for, or sign the corrected one, too. Who leaves withdraws.

    Where an organization lets nobody sign alone, a renewal counts when a second person agrees.

    :param fingerprint: of the corrected text that the person saw.
    :param language: in which the person consented.
    :raises Refusal: NotAllowed, NotTakingSignatures, NothingAsked, TextChanged, StillDisputed, MandateRevoked, OwnProposal.
    """
    letter = hold(Letter, signature.revision.letter_id)
    organization = hold(Organization, signature.organization_id, to_change=True)
    held = hold(Signature, signature.pk, to_change=True)
    newest = letter.current_revision()
    known = ErratumAnswer.objects.filter(signature=held, revision=newest).first()
    if not (may_decide_about(held, by) or _is_second(known, by)):
        raise NotAllowed
    if not letter.takes_signatures(at):
        raise NotTakingSignatures
    if held.state not in ACTIVE_STATES or held.revision_id == newest.pk:
        raise NothingAsked
    if fingerprint != newest.fingerprint:
        raise TextChanged
    if choice == ErratumChoice.KEEP:
        return _keep(held, newest, letter, by=by, at=at)
    if held.state == SignatureState.ON_HOLD:
        raise StillDisputed
    check_can_sign(organization)
    representatives.check_mandate(held)
    if organization.needs_approval and held.state != SignatureState.PROPOSED:  # a proposal has its second person anyway
        if known is None or known.choice != ErratumChoice.RENEW:
            return _propose(held, newest, letter, by=by, at=at)
        if not _is_second(known, by):
            raise OwnProposal
        return _renew(held, newest, letter, language, by=known.person, second=by, at=at)
    return _renew(held, newest, letter, language, by=by, second=None, at=at)


def _is_second(known: ErratumAnswer | None, person: User) -> bool:
    """Whether a colleague proposed this and the person, of another mailbox, may agree."""
    if known is None or mailbox(known.person.email) == mailbox(person.email):
        return False
    return proposed_renewals(person).filter(pk=known.pk).exists()


def _keep(held: Signature, newest: Revision, letter: Letter, *, by: User, at: datetime) -> ErratumAnswer:
    kept = _store(held, newest, ErratumChoice.KEEP, by=by, at=at)
    journal.write("signature.kept", held, by=by, at=at, scope=letter.slug)
    return kept


def _propose(held: Signature, newest: Revision, letter: Letter, *, by: User, at: datetime) -> ErratumAnswer:
    proposed = _store(held, newest, ErratumChoice.RENEW, by=by, at=at)
    journal.write("signature.renewal_proposed", held, by=by, at=at, scope=letter.slug)
    leading = Representative.objects.active().filter(organization=held.organization_id).select_related("user")
    for colleague in leading:
        if colleague.may_approve() and mailbox(colleague.user.email) != mailbox(by.email):
            to = colleague.user
            tell(held, "erratum_proposed", to=to.email, language=to.language, answer_for=held.pk, person=by.email)
    return proposed


def _renew(
    held: Signature, newest: Revision, letter: Letter, language: str, *, by: User, second: User | None, at: datetime
) -> ErratumAnswer:
    before = {
        "revision": held.revision.number,
        "consented_at": held.consented_at.isoformat(),
        "consent_version": held.consent_version,
        "consent_text": held.consent_text,
        "admitted_index": held.admitted_index,
    }
    renewed = _store(held, newest, ErratumChoice.RENEW, by=by, at=at, second=second, renewed_at=at, before=before)
    with translation.override(language):
        consent = str(RENEWAL_CONSENT)
    opening = held.opening or (held.opening_now() if held.admitted_index is not None else {})
    Signature.objects.filter(pk=held.pk).update(
        revision=newest, consent_version=RENEWAL_VERSION, consent_text=consent, consented_at=at, opening=opening
    )
    held.refresh_from_db()
    journal.write("signature.renewed", held, by=second or by, at=at, scope=letter.slug, revision=newest.number)
    if held.admitted_index is None:
        tell_signer(held, "signature_renewed")
        return renewed
    tell_signer(held, "signature_renewed", receipt_of=held.pk)
    index = register.append(
        "signature.renewed",
        letter=letter.uid,
        at=at.replace(minute=0, second=0, microsecond=0),
        fingerprint=newest.fingerprint,
        signatory=held.commitment(),
        entry=held.admitted_index,
    )
    Signature.objects.filter(pk=held.pk).update(admitted_index=index)
    return renewed


def _store(
    held: Signature,
    newest: Revision,
    choice: ErratumChoice,
    *,
    by: User,
    at: datetime,
    second: User | None = None,
    renewed_at: datetime | None = None,
    before: dict[str, object] | None = None,
) -> ErratumAnswer:
    said = {"choice": choice, "person": by, "second": second, "answered_at": at}
    stored, _created = ErratumAnswer.objects.update_or_create(
        signature=held, revision=newest, defaults={**said, "renewed_at": renewed_at, "before": before or {}}
    )
    return stored
