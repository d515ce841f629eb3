"""Answers across tables, for the desk of the second floor."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from campaign.base.languages import LANGUAGES, sort_key
from campaign.base.models import User
from letters.models import Letter
from letters.models.letter import TAKES_SIGNATURES
from signatories.countries import country_name
from signatories.models import Signature
from signatories.states import (
    ACTIVE_STATES,
    NOT_GIVEN,
    SignatureSource,
    SignatureState,
    Visibility,
)

GROUPS = (
    SignatureState.CONFIRMED,
    SignatureState.ON_HOLD,
    SignatureState.ADMITTED,
    SignatureState.REFUSED,
    SignatureState.WITHDRAWN,
    SignatureState.MERGED,
)


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One signature in the list of a letter; `rivals` counts other active claims for the same organization."""

    url: str
    organization: str
    place: str
    person_name: str
    position: str
    email: str
    at: datetime | None
    rivals: int
    marks: list[str]


@dataclass(frozen=True, slots=True)
class LetterLine:
    """One letter in the list of those whose signatures are checked."""

    url: str
    title: str
    issuer: str
    waiting: int
    closes_at: datetime | None


def letters_to_review(person: User, language: str) -> list[LetterLine]:
    """Open letters whose signatures this person checks, those in which most wait first, in one query."""
    waiting = Signature.objects.filter(revision__letter=OuterRef("pk"), state=SignatureState.CONFIRMED).order_by()
    count = waiting.values("revision__letter").annotate(number=Count("pk")).values("number")
    letters = Letter.objects.reviewed_by(person).filter(TAKES_SIGNATURES).select_related("issuer")
    return [
        LetterLine(
            url=reverse("desk-signatures", args=[letter.slug]),
            title=letter.text("title", language),
            issuer=getattr(letter.issuer, f"name_{language}") or letter.issuer.name,
            waiting=letter.waiting,
            closes_at=letter.closes_at,
        )
        for letter in letters.annotate(waiting=Coalesce(Subquery(count), 0)).order_by("-waiting", "closes_at", "pk")
    ]


@dataclass(frozen=True, slots=True)
class SignatureGroup:
    """Signatures of one state; those that wait are oldest first, all others newest first."""

    state: str
    state_name: str
    lines: list[SignatureLine]


def signature_groups(letter: Letter, language: str) -> list[SignatureGroup]:
    """Every signature of the letter that was ever confirmed, those that wait first, in one query."""
    told = Signature.objects.filter(revision__letter=letter).exclude(state__in=NOT_GIVEN)
    signatures = list(told.select_related("organization").order_by("confirmed_at", "pk"))
    claims = Counter(one.organization_id for one in signatures if one.state in ACTIVE_STATES)
    groups = []
    for state in GROUPS:
        lines = [signature_line(one, language, claims) for one in signatures if one.state == state]
        if state != SignatureState.CONFIRMED:
            lines.reverse()
        groups.append(SignatureGroup(state, str(state.label), lines))
    return groups


def undecided(letter: Letter) -> tuple[int, int]:
    """How many proposals wait for a second person of their organization, and how many ended without one's yes.

    Which ones is the organizations' own affair until they have decided.
    """
    own = Signature.objects.filter(
        revision__letter=letter, state__in=(SignatureState.PROPOSED, SignatureState.DECLINED)
    )
    counts = Counter(own.values_list("state", flat=True))
    return counts[SignatureState.PROPOSED], counts[SignatureState.DECLINED]


def signature_line(signature: Signature, language: str, claims: Counter[int]) -> SignatureLine:
    """One signature as lists of the desk show it; `claims` counts the active claims by organization."""
    organization = signature.organization
    own = int(signature.state in ACTIVE_STATES)
    return SignatureLine(
        url=reverse("desk-signature", args=[signature.pk]),
        organization=organization.name_in(language),
        place=getattr(organization, f"note_{language}") or country_name(organization.country, language),
        person_name=signature.signer_name(),
        position=signature.position,
        email=signature.email,
        at=signature.withdrawn_at or signature.decided_at or signature.confirmed_at,
        rivals=claims[signature.organization_id] - own,
        marks=_marks(signature),
    )


def _marks(signature: Signature) -> list[str]:
    """What is unusual about a signature, in words: who sees it, how it came, when."""
    marks = [] if signature.visibility == Visibility.PUBLIC else [signature.get_visibility_display()]
    marks += [] if signature.source == SignatureSource.ONLINE else [signature.get_source_display()]
    return [*marks, _("after the closing")] if signature.late else marks


def entered_on_paper(letter: Letter, language: str) -> list[SignatureLine]:
    """What was entered from paper and waits for a second person, oldest first."""
    entered = Signature.objects.filter(revision__letter=letter, state=SignatureState.STARTED).exclude(
        source=SignatureSource.ONLINE
    )
    listed = entered.select_related("organization").order_by("started_at", "pk")
    return [
        replace(
            signature_line(one, language, Counter()),
            url=reverse("desk-paper", args=[one.pk]),
            at=one.started_at,
            rivals=0,
        )
        for one in listed
    ]


def next_waiting(letter: Letter, *, by: User, after: Signature | None = None) -> Signature | None:
    """The signature of the letter that waits longest for this person, who has not said yes to it; the one behind another, if it is
    to be skipped.
    """
    waiting = Signature.objects.filter(revision__letter=letter, state=SignatureState.CONFIRMED)
    own = list(waiting.exclude(decisions__reviewer=by).order_by("confirmed_at", "pk"))
    if after is None:
        return next(iter(own), None)
    place = (after.confirmed_at, after.pk)
    others = [one for one in own if one.pk != after.pk]
    return next((one for one in others if (one.confirmed_at, one.pk) > place), next(iter(others), None))


CSV_HEAD = (
    *(f"{field}_{language}" for field in ("name", "abbreviation", "note") for language in LANGUAGES),
    "country",
    "country_name",
    "kind",
    "website",
    "register",
    "number",
    "admitted_at",
    "source",
    "late",
)


def signatory_rows(letter: Letter, language: str) -> list[list[str]]:
    """A head line, then the admitted organizations in the page's own order; nothing of the people who signed.

    A table is passed on, so it holds public names only.
    """
    admitted = Signature.objects.filter(
        revision__letter=letter, state=SignatureState.ADMITTED, visibility=Visibility.PUBLIC
    )
    signatures = sorted(
        admitted.select_related("organization"),
        key=lambda one: (sort_key(one.organization.name_in(language), language), one.pk),
    )
    return [list(CSV_HEAD), *(_row(signature, language) for signature in signatures)]


def _row(signature: Signature, language: str) -> list[str]:
    organization = signature.organization
    columns = organization.columns()
    return [
        *(columns[f"{field}_{code}"] for field in ("name", "abbreviation", "note") for code in LANGUAGES),
        organization.country,
        country_name(organization.country, language),
        organization.kind,
        organization.website,
        organization.number_scheme,
        organization.number,
        "" if signature.decided_at is None else signature.decided_at.isoformat(timespec="seconds"),
        signature.source,
        "late" if signature.late else "",
    ]
