"""Answers about organizations for the desk: who may see which, and the whole history of one."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse

from campaign.base.languages import sort_key
from campaign.base.models import JournalEntry, User
from letters.journal_words import words
from letters.models import Letter
from signatories import policy
from signatories.countries import country_name
from signatories.domains import Forms, both_forms
from signatories.models import Evidence, Mandate, Organization, Signature, Vouch
from signatories.models.organization import OrganizationQuerySet
from signatories.policy import RULES, Scope
from signatories.review_selectors import DecisionLine, EvidenceLine, decision_lines, evidence_line
from signatories.search import find_among
from signatories.services import evidence as evidences
from signatories.services.decision import organizations_seen_by
from signatories.services.vouch import may_vouch
from signatories.states import NOT_GIVEN, Level

MOST_ENTRIES = 100


def organizations_for(person: User, at: datetime) -> OrganizationQuerySet:
    """Organizations whose verification this person may look at: as a reviewer every verified one and those of open letters, as a
    coordinator those that signed or want to sign her own letters.
    """
    own = Signature.objects.filter(revision__letter__in=Letter.objects.of(person)).exclude(state__in=NOT_GIVEN)
    allowed = Q(pk__in=own.values("organization"))
    if person.is_reviewer:
        allowed |= Q(verified_at__isnull=False) | Q(pk__in=organizations_seen_by(person, at).values("pk"))
    return Organization.objects.filter(allowed, merged_into=None)


def evidence_seen_by(person: User, at: datetime) -> QuerySet[Evidence]:
    """Evidence that this person may read, with its documents: as a coordinator not what was found out for others' letters."""
    seen = Evidence.objects.filter(organization__in=organizations_for(person, at).values("pk"))
    if person.is_reviewer:
        return seen
    of_organization = Q(kind__in=[kind for kind, rule in RULES.items() if rule.scope is Scope.ORGANIZATION])
    own = Signature.objects.filter(revision__letter__in=Letter.objects.of(person)).exclude(state__in=NOT_GIVEN)
    return seen.filter(of_organization | Q(mandate=None) | Q(mandate__in=own.values("mandate")))


@dataclass(frozen=True, slots=True)
class OrganizationLine:
    """One organization in the list."""

    url: str
    name: str
    place: str
    level: int
    level_name: str
    verified_at: datetime | None
    is_revoked: bool


def organization_lines(person: User, words: str, level: str, language: str, *, at: datetime) -> list[OrganizationLine]:
    """The organizations of this person in alphabetical order, or the best matches of a search; of one level, if one is asked for."""
    allowed = organizations_for(person, at)
    if level.isdigit():
        allowed = allowed.filter(level=int(level[:3]))
    found = find_among(allowed, words) if words else list(allowed)
    if not words:
        found.sort(key=lambda one: (sort_key(one.name_in(language), language), one.pk))
    return [
        OrganizationLine(
            url=reverse("desk-organization", args=[one.slug]),
            name=one.name_in(language),
            place=getattr(one, f"note_{language}") or country_name(one.country, language),
            level=one.level,
            level_name=one.get_level_display(),
            verified_at=one.verified_at,
            is_revoked=one.revoked_at is not None,
        )
        for one in found
    ]


@dataclass(frozen=True, slots=True)
class Step:
    """A higher level, and what is missing for it; nothing: it can be given."""

    level: Level
    name: str
    missing: list[str]


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One act, in words; `by` is empty for the clock."""

    at: datetime
    by: str
    words: str


@dataclass(frozen=True, slots=True)
class OrganizationFile:
    """Everything that the desk knows about the verification of one organization."""

    organization: Organization
    name: str
    level_name: str
    domain: Forms | None
    evidence: list[EvidenceLine]
    steps: list[Step]
    decisions: list[DecisionLine]
    waits_for_second: bool
    vouched_by: list[str]
    vouches_for: list[str]
    may_vouch: bool
    history: list[HistoryLine]
    speaks_for: bool


def organization_file(organization: Organization, language: str, *, by: User, at: datetime) -> OrganizationFile:
    """The whole file of an organization that this person may see."""
    facts = evidences.standing_evidence([organization])[organization.pk]
    seen = evidence_seen_by(by, at).filter(organization=organization).select_related("checked_by")
    verified = organization.verified_at is not None
    higher = [level for level in Level if level > organization.level and level != Level.NONE] if verified else []
    undecided = organization.decisions.filter(signature=None, level__gt=organization.level)
    own_yes = undecided.filter(reviewer=by).exists()
    decided = organization.decisions.select_related("reviewer").order_by("decided_at", "pk")
    if not own_yes:  # nobody reads another's decision before the own one
        decided = decided.filter(Q(level__lte=organization.level))
    return OrganizationFile(
        organization=organization,
        name=organization.name_in(language),
        level_name=organization.get_level_display(),
        domain=both_forms(organization.domain) if organization.domain else None,
        evidence=[evidence_line(one, at) for one in seen.order_by("checked_at", "pk")],
        steps=[Step(level, str(level.label), policy.missing_for(level, facts, at)) for level in higher],
        decisions=decision_lines(decided) if by.is_reviewer else [],
        waits_for_second=own_yes,
        vouched_by=_vouched(organization.vouches.filter(withdrawn_at=None), "voucher", language),
        vouches_for=_vouched(organization.vouched.filter(withdrawn_at=None), "organization", language),
        may_vouch=may_vouch(organization, at),
        history=_history(organization) if by.is_reviewer else [],
        speaks_for=evidences.speaks_for(organization.pk, by),
    )


def _vouched(given: QuerySet[Vouch], side: str, language: str) -> list[str]:
    others: list[Organization] = [getattr(one, side) for one in given.select_related(side)]
    return sorted((one.name_in(language) for one in others), key=lambda name: sort_key(name, language))


def _history(organization: Organization) -> list[HistoryLine]:
    """What was done to the organization itself, newest first."""
    about = JournalEntry.objects.filter(subject_kind=Organization._meta.label_lower, subject_id=str(organization.pk))
    entries = about.exclude(action="organization.level_first").select_related("by").order_by("-at", "-pk")
    return [HistoryLine(one.at, one.by.email if one.by else "", _told(one)) for one in entries[:MOST_ENTRIES]]


def _told(entry: JournalEntry) -> str:
    """The sentence of an entry, with a level in the reader's language."""
    if "level" in entry.details:
        entry.details = {**entry.details, "level": Level(entry.details["level"]).label}
    return words(entry)


def mandates_of(organization: Organization) -> QuerySet[Mandate]:
    """What people stated of their authority for the organization and did not lose since, the newest first."""
    stated = Mandate.objects.filter(signatures__organization=organization, revoked_at=None)
    return stated.exclude(signatures__state__in=NOT_GIVEN).distinct().order_by("-stated_at", "-pk")
