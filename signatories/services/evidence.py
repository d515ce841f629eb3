"""What is known about an organization and a mandate, and what follows from it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Concat

from campaign.base import freshness, journal
from campaign.base.models import User
from signatories import policy
from signatories.domains import mail_domain
from signatories.errors.signature import OwnSignature
from signatories.forms.document import CleanDocument
from signatories.models import Evidence, Mandate, Organization, Representative, Signature
from signatories.numbers import has_check_digits, number_is_valid
from signatories.policy import Scope
from signatories.services.document import keep_document
from signatories.states import EvidenceKind


def check_by_machine(signature: Signature, *, at: datetime) -> None:
    """Record what follows from the confirmation itself: mail at the organization's own domain, a number with valid check digits."""
    organization, found = signature.organization, []
    domain = mail_domain(signature.email)
    if domain and domain == organization.domain:
        found.append(_evidence(signature, EvidenceKind.DOMAIN_MAIL, detail=domain, public_fact=domain, at=at))
    number = (organization.number_scheme, organization.number)
    if has_check_digits(number[0]) and number_is_valid(*number):
        found.append(_evidence(signature, EvidenceKind.REGISTER_NUMBER, detail="-".join(number), at=at))
    if found:
        Evidence.objects.bulk_create(found)


@transaction.atomic
def record_by_hand(
    signature: Signature,
    kind: EvidenceKind,
    *,
    detail: str,
    by: User,
    at: datetime,
    document: CleanDocument | None = None,
) -> Evidence:
    """Record what a coordinator or a reviewer checked: what, where and when, with the paper that was seen.

    :raises ValueError: only a machine can check this kind.
    :raises Refusal: OwnSignature (the person speaks for the organization herself), DocumentNotKept.
    """
    check_independence(signature, by)
    if kind in policy.MACHINE_KINDS:
        raise ValueError(kind)
    evidence = _record(signature, kind, detail=detail, by=by, at=at, document=document)
    letter = signature.revision.letter
    journal.write("evidence.recorded", signature, by=by, at=at, scope=letter.slug, kind=kind)
    return evidence


@transaction.atomic
def record_for_organization(
    organization: Organization,
    kind: EvidenceKind,
    *,
    mandate: Mandate | None,
    detail: str,
    by: User,
    at: datetime,
    document: CleanDocument | None = None,
) -> Evidence:
    """Record what a reviewer checked apart from any signature.

    :param mandate: the one that was looked at, where the kind speaks of a person's authority.
    :raises ValueError: only a machine can check this kind, or it needs a mandate.
    :raises Refusal: OwnSignature, DocumentNotKept.
    """
    if kind in policy.MACHINE_KINDS or (mandate is None and kind in policy.PERSONAL_KINDS):
        raise ValueError(kind)
    if speaks_for(organization.pk, by):
        raise OwnSignature
    evidence = Evidence(
        organization=organization,
        mandate=mandate if kind in policy.PERSONAL_KINDS else None,
        kind=kind,
        detail=detail,
        checked_at=at,
        valid_until=policy.valid_until(kind, at),
        checked_by=by,
    )
    _save(evidence, document)
    journal.write("evidence.recorded", organization, by=by, at=at, kind=kind)
    freshness.raise_version()
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


def _record(
    signature: Signature,
    kind: EvidenceKind,
    *,
    detail: str,
    at: datetime,
    by: User | None = None,
    document: CleanDocument | None = None,
) -> Evidence:
    return _save(_evidence(signature, kind, detail=detail, at=at, by=by), document)


def _evidence(
    signature: Signature,
    kind: EvidenceKind,
    *,
    detail: str,
    at: datetime,
    by: User | None = None,
    public_fact: str = "",
) -> Evidence:
    return Evidence(
        organization=signature.organization,
        mandate=signature.mandate,
        kind=kind,
        detail=detail,
        public_fact=public_fact,
        checked_at=at,
        valid_until=policy.valid_until(kind, at),
        checked_by=by,
    )


def _save(evidence: Evidence, document: CleanDocument | None) -> Evidence:
    if document is not None:
        keep_document(evidence.document, document)
        evidence.document_sha256 = document.sha256
    evidence.save(force_insert=True)
    return evidence


def evidence_for(signature: Signature) -> list[Evidence]:
    """All evidence that may count for this signature, oldest first; whether it still holds, the policy says.

    What says that the organization exists counts for each of its claims. A proof of its domain counts for those whom it has let in,
    what was found out about a person for that person, mail and certificates for the claim that they came with. What rests on a
    mandate that was taken back counts for nothing, nor does the certificate of a number that the organization no longer has.
    """
    mandate = signature.mandate
    if mandate is None:
        return []
    counting = _of(Scope.ORGANIZATION) | (Q(mandate=mandate) & ~_of(Scope.ORGANIZATION))
    representative = mandate.representative
    if representative is not None:
        counting |= _of(Scope.PERSON, Scope.PEOPLE) & Q(mandate__representative=representative)
        if representative.accepted_at is not None and representative.left_at is None:
            counting |= _of(Scope.PEOPLE) & (Q(mandate=None) | STANDING)
    found = Evidence.objects.filter(organization=signature.organization_id).filter(counting).exclude(OF_ANOTHER_NUMBER)
    unrevoked = found.filter(_of(Scope.ORGANIZATION) | Q(mandate__revoked_at=None))
    return list(unrevoked.select_related("checked_by").order_by("checked_at", "pk"))


OF_ANOTHER_NUMBER = Q(kind=EvidenceKind.EDS) & ~Q(
    detail__startswith=Concat(Value("BIN "), "organization__number", Value(","))
)
STANDING = Q(mandate__representative__accepted_at__isnull=False, mandate__representative__left_at=None)


def _of(*scopes: Scope) -> Q:
    return Q(kind__in=[kind for kind, rule in policy.RULES.items() if rule.scope in scopes])


def standing_evidence(organizations: Iterable[Organization]) -> dict[int, list[Evidence]]:
    """What the level of each organization rests on, in one query: evidence of its own, and of mandates that stand behind an
    admitted signature or belong to people whom it has let in.
    """
    return _by_organization(organizations, Q(mandate__revoked_at=None) & (STANDING | Q(mandate__in=_admitted())))


def evidence_that_stood(organizations: Iterable[Organization]) -> dict[int, list[Evidence]]:
    """What a level may ever have rested on, with that of people who left since and of mandates that were taken back."""
    let_in = Q(mandate__representative__accepted_at__isnull=False)
    return _by_organization(organizations, let_in | Q(mandate__in=_admitted()))


def _admitted() -> Any:
    return Signature.objects.filter(admitted_index__isnull=False).values("mandate")


def _by_organization(organizations: Iterable[Organization], of_people: Q) -> dict[int, list[Evidence]]:
    kept: dict[int, list[Evidence]] = {organization.pk: [] for organization in organizations}
    stands = _of(Scope.ORGANIZATION) | Q(mandate=None) | of_people
    found = Evidence.objects.filter(stands, organization__in=kept)
    for one in found.select_related("checked_by").order_by("checked_at", "pk"):
        kept[one.organization_id].append(one)
    return kept
