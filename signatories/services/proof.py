"""What people of an organization bring to prove it: mandates with their documents, the registration document."""

from datetime import datetime, timedelta

from django.db import transaction

from campaign.base import journal
from campaign.base.locks import hold
from signatories.errors.colleague import NoLongerActs
from signatories.errors.document import TooManyDocuments
from signatories.forms.document import CleanDocument
from signatories.models import Evidence, Mandate, Organization, Representative
from signatories.services.document import keep_document
from signatories.states import EvidenceKind, Outcome

MOST_DOCUMENTS_A_DAY = 5


@transaction.atomic
def state_mandate(
    own: Representative,
    *,
    name: str,
    position: str,
    basis: str,
    basis_note: str,
    document: CleanDocument | None,
    at: datetime,
) -> Mandate:
    """State on what authority a representative acts; reviewers judge it.

    :raises Refusal: NoLongerActs, TooManyDocuments, DocumentNotKept.
    """
    hold(Organization, own.organization_id)
    own = hold(Representative, own.pk, to_change=True)
    if not own.is_active():
        raise NoLongerActs
    if own.mandates.filter(stated_at__gt=at - timedelta(days=1)).count() >= MOST_DOCUMENTS_A_DAY:
        raise TooManyDocuments
    mandate = Mandate(
        representative=own, name=name, position=position, basis=basis, basis_note=basis_note, stated_at=at
    )
    if document is not None:
        keep_document(mandate.document, document)
        mandate.document_sha256 = document.sha256
    mandate.save(force_insert=True)
    journal.write("mandate.stated", mandate, by=own.user, at=at)
    return mandate


@transaction.atomic
def hand_in_registration(
    organization: Organization, document: CleanDocument, *, by: Representative, at: datetime
) -> Evidence:
    """Keep a registration document as a hint for reviewers; by itself it proves nothing.

    :raises Refusal: TooManyDocuments, DocumentNotKept.
    """
    hold(Organization, organization.pk, to_change=True)
    handed_in = Evidence.objects.filter(organization=organization, kind=EvidenceKind.REGISTRATION_DOCUMENT)
    if handed_in.filter(checked_at__gt=at - timedelta(days=1)).count() >= MOST_DOCUMENTS_A_DAY:
        raise TooManyDocuments
    evidence = Evidence(
        organization=organization,
        kind=EvidenceKind.REGISTRATION_DOCUMENT,
        result=Outcome.UNKNOWN,
        detail=f"handed in by {by.user.email}"[:300],
        checked_at=at,
        document_sha256=document.sha256,
    )
    keep_document(evidence.document, document)
    evidence.save(force_insert=True)
    journal.write("evidence.handed_in", evidence, by=by.user, at=at)
    return evidence
