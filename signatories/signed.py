"""The names under a letter, for the floor below (see `letters/signed_by.py`)."""

from django.db.models import Count, F, Q
from django.utils import timezone

from campaign.base.languages import sort_key
from letters.signed_by import Counts, SignatoryLine, WithdrawnLine
from signatories.countries import country_name
from signatories.models import Organization, Signature
from signatories.states import SignatureState


class Signatures:
    """Reads admitted, public signatures."""

    def names(self, revision_id: int, language: str) -> list[SignatoryLine]:
        """The admitted names in that language's own order."""
        signed = Signature.objects.filter(revision_id=revision_id, state=SignatureState.ADMITTED)
        organizations = [signature.organization for signature in signed.select_related("organization")]
        organizations.sort(key=lambda one: (sort_key(one.name_in(language), language), one.pk))
        return [_line(organization, language) for organization in organizations]

    def withdrawn(self, revision_id: int, language: str) -> list[WithdrawnLine]:
        """Signatures that stood in public and were then withdrawn, oldest first."""
        gone = Signature.objects.filter(
            revision_id=revision_id, state=SignatureState.WITHDRAWN, admitted_index__isnull=False
        ).filter(withdrawn_at__gte=F("revision__letter__published_at"))
        return [
            WithdrawnLine(signature.organization.name_in(language), timezone.localtime(signature.withdrawn_at).date())
            for signature in gone.select_related("organization").order_by("withdrawn_at", "pk")
        ]

    def counts(self, revision_ids: list[int]) -> dict[int, Counts]:
        """Counts of several revisions in one query."""
        counted = Signature.objects.filter(revision_id__in=revision_ids).values("revision_id")
        rows = counted.annotate(
            admitted=Count("pk", filter=Q(state=SignatureState.ADMITTED)),
            waiting=Count("pk", filter=Q(state=SignatureState.CONFIRMED)),
        )
        return {row["revision_id"]: Counts(row["admitted"], row["waiting"]) for row in rows}


def _line(organization: Organization, language: str) -> SignatoryLine:
    note = (
        getattr(organization, f"note_{language}")
        or getattr(organization, f"note_{organization.original_language}")
        or ""
    )
    place = note or country_name(organization.country, language)
    return SignatoryLine(
        organization.name_in(language), organization.abbreviation_in(language), place, organization.slug
    )
