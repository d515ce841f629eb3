"""Who may do what to a signature of an organization, besides the desk."""

from django.db.models import Q, QuerySet

from campaign.base.models import User
from signatories.models import Representative, Signature
from signatories.states import Role


def signatures_of(person: User) -> QuerySet[Signature]:
    """Signatures that this person gave, and those of organizations that this person owns."""
    owned = Representative.objects.filter(
        user=person, role=Role.OWNER, accepted_at__isnull=False, left_at__isnull=True
    ).values("organization")
    return Signature.objects.filter(Q(person=person) | Q(organization__in=owned))


def may_decide_about(signature: Signature, person: User) -> bool:
    """Whether the person gave this signature and has not left the organization since, or owns it."""
    gone = Representative.objects.filter(
        user=person, organization=signature.organization_id, left_at__isnull=False
    ).exists()
    return not gone and signatures_of(person).filter(pk=signature.pk).exists()
