"""The names under a letter, for the floor below (see `letters/signed_by.py`)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, cast

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from campaign.base.languages import sort_key
from letters.signed_by import Counts, SignatoryLine, Standing, ToPrint, WithdrawnLine
from signatories.countries import country_name
from signatories.models import Organization, Signature
from signatories.states import SignatureSource, SignatureState, Visibility

_SEEN = Q(visibility=Visibility.PUBLIC, admitted_index__isnull=False)
_PUBLISHED_AT = F("revision__letter__published_at")
LEFT_A_TRACE = _SEEN & (
    Q(state=SignatureState.WITHDRAWN, withdrawn_at__gte=_PUBLISHED_AT)
    & (Q(held_at=None) | Q(held_at__gte=_PUBLISHED_AT))  # on hold before the publication, it never stood there
    | Q(state=SignatureState.ON_HOLD, held_at__gte=_PUBLISHED_AT)
)


class Signatures:
    """Reads admitted signatures; pages learn the names of public ones alone."""

    def standing(self, letter_id: int, language: str) -> Standing:
        """Names, traces of withdrawals and counts together, in one query."""
        known = Signature.objects.filter(revision__letter=letter_id).filter(
            Q(state=SignatureState.ADMITTED) | LEFT_A_TRACE
        )
        signatures = list(_with_revision(known))
        admitted = [one for one in signatures if one.state == SignatureState.ADMITTED]
        gone = [one for one in signatures if one.state != SignatureState.ADMITTED]
        seen_by = Counter(one.visibility for one in admitted)
        return Standing(
            names=_lines((one for one in admitted if one.visibility == Visibility.PUBLIC), language),
            withdrawn=_traces(gone, language),
            counts=Counts(len(admitted), addressee=seen_by[Visibility.ADDRESSEE], counted=seen_by[Visibility.COUNTED]),
        )

    def to_print(self, letter_id: int, language: str) -> ToPrint:
        """Everybody whom an edition names or counts, in that language's own order."""
        admitted = list(_admitted(letter_id))
        return ToPrint(
            *(_lines((one for one in admitted if one.visibility == visibility), language) for visibility in Visibility)
        )

    def openings(self, letter_id: int) -> dict[int, Mapping[str, Any]]:
        """What the entries of all signatures that ever counted stand for, where it was kept."""
        known: Any = Signature.objects.filter(revision__letter=letter_id, admitted_index__isnull=False)
        return {entry: opening for entry, opening in known.values_list("admitted_index", "opening") if opening}

    def counts(self, letter_ids: list[int]) -> dict[int, Counts]:
        """Counts of several letters in one query."""
        counted: Any = Signature.objects.filter(revision__letter__in=letter_ids).values("revision__letter")
        admitted = Q(state=SignatureState.ADMITTED)
        rows = counted.annotate(
            admitted=Count("pk", filter=admitted),
            waiting=Count("pk", filter=Q(state=SignatureState.CONFIRMED)),
            addressee=Count("pk", filter=admitted & Q(visibility=Visibility.ADDRESSEE)),
            counted=Count("pk", filter=admitted & Q(visibility=Visibility.COUNTED)),
            paper=Count("pk", filter=Q(state=SignatureState.STARTED) & ~Q(source=SignatureSource.ONLINE)),
            disputed=Count("pk", filter=Q(state=SignatureState.ON_HOLD)),
        )
        return {row.pop("revision__letter"): Counts(**row) for row in rows}


def _admitted(letter_id: int) -> QuerySet[Signature]:
    admitted = Signature.objects.filter(revision__letter=letter_id, state=SignatureState.ADMITTED)
    return _with_revision(admitted)


def _with_revision(signatures: QuerySet[Signature]) -> QuerySet[Signature]:
    """With the number of the text beside them, and not the text itself."""
    return signatures.select_related("organization").annotate(revision_number=F("revision__number"))


def _lines(signatures: Iterable[Signature], language: str) -> list[SignatoryLine]:
    named = sorted(
        signatures, key=lambda one: (sort_key(one.organization.name_in(language), language), one.organization_id)
    )
    return [_line(signature, language) for signature in named]


def _line(signature: Signature, language: str) -> SignatoryLine:
    organization = signature.organization
    came = "" if signature.source == SignatureSource.ONLINE else SignatureSource(signature.source).label
    return SignatoryLine(
        organization.name_in(language),
        organization.abbreviation_in(language),
        _place(organization, language),
        organization.slug,
        organization.uid,
        signature.late,
        came,
        signature.admitted_index,
        signature.revision_number,  # type: ignore[attr-defined]
        source=signature.source,
        consented_on=timezone.localtime(signature.consented_at).date(),
    )


def _place(organization: Organization, language: str) -> str:
    note: str = getattr(organization, f"note_{language}") or getattr(
        organization, f"note_{organization.original_language}"
    )
    return note or country_name(organization.country, language)


def _traces(gone: Iterable[Signature], language: str) -> list[WithdrawnLine]:
    return [
        WithdrawnLine(
            one.organization.name_in(language),
            timezone.localtime(left_at).date(),
            disputed=one.state == SignatureState.ON_HOLD,
        )
        for left_at, one in sorted(((_left_at(one), one) for one in gone), key=lambda pair: (pair[0], pair[1].pk))
    ]


def _left_at(signature: Signature) -> datetime:
    return cast(datetime, signature.withdrawn_at or signature.held_at)  # one of them made it leave
