"""What the public may know of an organization: what stands under published letters, and what was checked for that."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from campaign.base.calendar import page_date
from letters.models import Letter
from letters.states import LetterState
from signatories import policy
from signatories.countries import country_name
from signatories.models import Evidence, Organization, Signature
from signatories.policy import RULES, Scope
from signatories.states import EvidenceKind, Outcome, Question, SignatureState, Visibility


@dataclass(frozen=True, slots=True)
class SignedLetter:
    """A published letter under which the organization stands; the day is words."""

    title: str
    url: str
    on: str


@dataclass(frozen=True, slots=True)
class OrganizationPage:
    """Everything that the page of an organization shows in one language; `checked` are sentences by the question that they answer."""

    slug: str
    name: str
    abbreviation: str
    original: str
    original_language: str
    kind_name: str
    place: str
    website: str
    verified_on: str
    level: int
    standing: str
    checked: list[tuple[str, list[str]]]
    letters: list[SignedLetter]
    earlier_names: list[str]


def admitted_in_public(at: datetime) -> QuerySet[Signature]:
    """Admitted, public signatures of verified organizations under letters that the public may read at that moment."""
    return Signature.objects.filter(
        state=SignatureState.ADMITTED,
        visibility=Visibility.PUBLIC,
        organization__verified_at__isnull=False,
        revision__letter__published_at__lte=at,
    ).exclude(revision__letter__state=LetterState.DRAFT)


def organization_page_of(organization: Organization, language: str, *, at: datetime) -> OrganizationPage | None:
    """The page of an organization in three queries; None when it stands in public under no letter."""
    own = admitted_in_public(at).filter(organization=organization).select_related("revision__letter")
    signed = list(own.order_by("-revision__letter__published_at", "-pk"))
    if not signed or organization.verified_at is None:
        return None
    name = organization.name_in(language)
    original = organization.name_in(organization.original_language)
    return OrganizationPage(
        slug=organization.slug,
        name=name,
        abbreviation=organization.abbreviation_in(language),
        original="" if original == name else original,
        original_language=organization.original_language,
        kind_name=organization.get_kind_display(),
        place=getattr(organization, f"note_{language}") or country_name(organization.country, language),
        website=organization.website,
        verified_on=_day(min(cast(datetime, one.decided_at) for one in signed), language),
        level=organization.level,
        standing=_standing(organization, language),
        checked=[] if organization.revoked_at else _checked(organization, signed, language),
        letters=[_signed_letter(signature, language) for signature in signed],
        earlier_names=list(organization.aliases.filter(is_public=True).order_by("pk").values_list("name", flat=True)),
    )


def _signed_letter(signature: Signature, language: str) -> SignedLetter:
    letter = signature.revision.letter
    decided_at = cast(datetime, signature.decided_at)  # an admitted signature was decided
    return SignedLetter(
        letter.text("title", language), reverse("letter", args=[letter.slug]), _day(decided_at, language)
    )


def _standing(organization: Organization, language: str) -> str:
    """The level in words; that a verification was revoked or has lapsed is said, why is not."""
    if organization.revoked_at is not None:
        return _("verification revoked on %(day)s") % {"day": _day(organization.revoked_at, language)}
    return organization.get_level_display() if organization.level else _("verification has lapsed")


def _checked(organization: Organization, signed: list[Signature], language: str) -> list[tuple[str, list[str]]]:
    """The evidence on which the public signatures rest, by the question that it answers, each kind with its last day.

    What was checked for a letter that is not published, or for a signature that is not public, is not among it.
    """
    decided = {signature.mandate_id: cast(datetime, signature.decided_at) for signature in signed}
    passed = Evidence.objects.filter(organization=organization, result=Outcome.PASSED)
    shown = {
        EvidenceKind(one.kind): one
        for one in passed.order_by("checked_at", "pk")
        if _may_be_shown(one, decided, last=max(decided.values()))
    }
    facts = [(one.answers, policy.public_sentence(one, language)) for one in shown.values()]
    groups = [
        (str(question.label), [sentence for answers, sentence in facts if question in answers]) for question in Question
    ]
    return [*groups, (_("also seen"), [sentence for answers, sentence in facts if sentence and not answers])]


def _may_be_shown(evidence: Evidence, decided: dict[int | None, datetime], *, last: datetime) -> bool:
    rule = RULES[EvidenceKind(evidence.kind)]
    if evidence.mandate_id is None and (evidence.checked_by_id or evidence.kind == EvidenceKind.VOUCHED):
        return True  # found out apart from any letter
    if rule.scope is Scope.ORGANIZATION:
        return evidence.checked_at <= last
    if rule.scope is Scope.PEOPLE:
        return evidence.mandate_id in decided
    until = decided.get(evidence.mandate_id)
    return until is not None and evidence.checked_at <= until


def next_publication_with(organization: Organization, *, at: datetime) -> datetime | None:
    """When the clock alone will next add a letter to the page of this organization."""
    coming = Letter.objects.filter(
        pk__in=Signature.objects.filter(
            organization=organization, state=SignatureState.ADMITTED, visibility=Visibility.PUBLIC
        ).values("revision__letter"),
        published_at__gt=at,
    ).order_by("published_at")
    moment: datetime | None = coming.values_list("published_at", flat=True).first()
    return moment


def _day(moment: datetime, language: str) -> str:
    return page_date(timezone.localtime(moment).date(), language)


def organizations_in_public(*, at: datetime) -> list[str]:
    """The slugs of all organizations that have a page, in order."""
    signed = admitted_in_public(at).values("organization")
    return list(Organization.objects.filter(pk__in=signed).order_by("slug").values_list("slug", flat=True))
