"""What is known about an organization and a mandate, and what follows from it."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from campaign.base import journal
from campaign.base.models import User
from signatories.domains import mail_domain
from signatories.errors import OwnSignature
from signatories.models import Evidence, Representative, Signature
from signatories.numbers import has_check_digits, number_is_valid
from signatories.states import MACHINE_KINDS, EvidenceKind, Question


def check_by_machine(signature: Signature, *, at: datetime) -> None:
    """Record what follows from the confirmation itself: mail at the organization's own domain, a number with valid check digits."""
    organization = signature.organization
    domain = mail_domain(signature.email)
    if domain and domain == organization.domain:
        _record(signature, EvidenceKind.DOMAIN_MAIL, detail=domain, at=at)
    number = (organization.number_scheme, organization.number)
    if has_check_digits(number[0]) and number_is_valid(*number):
        _record(signature, EvidenceKind.REGISTER_NUMBER, detail="-".join(number), at=at)


def record_by_hand(signature: Signature, kind: EvidenceKind, *, detail: str, by: User, at: datetime) -> Evidence:
    """Record what a coordinator or a reviewer checked: what, where and when.

    :raises ValueError: only a machine can check this kind.
    :raises OwnSignature: the person speaks for the organization herself.
    """
    check_independence(signature, by)
    if kind in MACHINE_KINDS:
        raise ValueError(kind)
    evidence = _record(signature, kind, detail=detail, by=by, at=at)
    letter = signature.revision.letter
    journal.write("evidence.recorded", signature, by=by, at=at, scope=letter.slug, kind=kind)
    return evidence


def check_independence(signature: Signature, by: User) -> None:
    """Nobody judges her own organization.

    :raises OwnSignature: the person speaks for it.
    """
    if speaks_for(signature.organization_id, by):
        raise OwnSignature


def speaks_for(organization_id: int, person: User) -> bool:
    """Whether the person has confirmed a signature of this organization, for whichever letter."""
    return Representative.objects.filter(organization=organization_id, user=person).exists()


def _record(signature: Signature, kind: EvidenceKind, *, detail: str, at: datetime, by: User | None = None) -> Evidence:
    return Evidence.objects.create(
        organization=signature.organization,
        mandate=signature.mandate,
        kind=kind,
        detail=detail,
        checked_at=at,
        checked_by=by,
    )


def evidence_for(signature: Signature) -> list[Evidence]:
    """All evidence that counts for this signature: of the organization at any time, of this mandate alone; oldest first.

    A channel counts only for the claim whose channel it is.
    """
    of_organization = Q(kind__in=[EvidenceKind.REGISTER_NUMBER, EvidenceKind.REGISTER_SEEN, EvidenceKind.WELL_KNOWN])
    found = Evidence.objects.filter(organization=signature.organization).filter(
        of_organization | Q(mandate=signature.mandate)
    )
    return list(found.select_related("checked_by").order_by("checked_at", "pk"))


def unanswered(evidence: Iterable[Evidence]) -> list[Question]:
    """Which of the three questions nothing answers yet."""
    answered = {question for one in evidence for question in one.answers}
    return [question for question in Question if question not in answered]


def somebody_looked(evidence: Iterable[Evidence]) -> bool:
    """Whether a human being checked at least one thing."""
    return any(one.checked_by_id is not None for one in evidence)
