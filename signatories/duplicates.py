"""Organizations that may stand in the list twice, for those who keep it in order."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations, islice, pairwise

from django.db.models import Q
from django.urls import reverse
from rapidfuzz import fuzz

from campaign.base.languages import LANGUAGES
from signatories.matching import ALIKE, SHORTEST_TELLING, parts, same_digits
from signatories.models import Organization, SearchForm
from signatories.selectors import FoundOrganization, found_organizations
from signatories.states import SignatureState

MOST_PAIRS = 100
MOST_IN_A_GROUP = 10  # of organizations under one name; more are no duplicates but a name that says nothing

Keys = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Twin:
    """One of two organizations, with what tells whether they are one; nothing of people or letters."""

    key: int
    found: FoundOrganization
    names: list[tuple[str, str]]
    number: str
    domain: str
    is_verified: bool
    since: datetime
    signatures: int
    admitted: int
    evidence: int
    representatives: int


@dataclass(frozen=True, slots=True)
class PossibleDuplicate:
    """Two organizations that may be one."""

    one: FoundOrganization
    other: FoundOrganization
    url: str


def possible_duplicates(language: str) -> list[PossibleDuplicate]:
    """At most a hundred pairs, those that share number, domain or name first, then those of similar names."""
    pairs = list(islice(_pairs(), MOST_PAIRS))
    organizations = Organization.objects.in_bulk({key for pair in pairs for key in pair})
    shown = {
        key: found_organizations([one], language, lambda one: one.website)[0] for key, one in organizations.items()
    }
    return [
        PossibleDuplicate(shown[one], shown[other], reverse("desk-merge", args=[one, other])) for one, other in pairs
    ]


def twin(organization: Organization, language: str) -> Twin:
    """One side of the page on which two are compared."""
    told = organization.signatures.exclude(state=SignatureState.STARTED)
    names = [(code, getattr(organization, f"name_{code}") or "") for code in LANGUAGES]
    return Twin(
        key=organization.pk,
        found=found_organizations([organization], language, lambda one: one.website)[0],
        names=[(code, name) for code, name in names if name],
        number=" ".join(filter(None, (organization.number_scheme, organization.number))),
        domain=organization.domain,
        is_verified=organization.verified_at is not None,
        since=organization.created_at,
        signatures=told.count(),
        admitted=told.filter(state=SignatureState.ADMITTED).count(),
        evidence=organization.evidence.count(),
        representatives=organization.representatives.count(),
    )


def _pairs() -> Iterator[Keys]:
    """Pairs without repetition, the surest first."""
    claimed = Organization.objects.filter(merged_into=None).filter(~Q(signatures__state=SignatureState.STARTED))
    forms = list(SearchForm.objects.filter(organization__in=claimed.values("pk")).values_list("pk", "keys", "initials"))
    told: set[Keys] = set()
    for pair in (*_same_facts({key for key, _, _ in forms}), *_same_names(forms), *_similar_names(forms)):
        if pair not in told:
            told.add(pair)
            yield pair


def _same_facts(keys: set[int]) -> Iterator[Keys]:
    facts: dict[tuple[str, str], list[int]] = defaultdict(list)
    told = Organization.objects.exclude(number="", domain="").order_by("pk")
    for key, scheme, number, domain in told.values_list("pk", "number_scheme", "number", "domain"):
        if key in keys:
            for fact in filter(any, ((scheme if number else "", number), ("", domain))):
                facts[fact].append(key)
    yield from _within(facts.values())


def _same_names(forms: list[tuple[int, str, str]]) -> Iterator[Keys]:
    """The same name in whatever script, or the initials of the other's."""
    owners: dict[str, set[int]] = defaultdict(set)
    for key, keys, initials in forms:
        for name in (*parts(keys), *parts(initials)):
            if len(name) >= SHORTEST_TELLING:
                owners[name].add(key)
    named = {name for _, keys, _ in forms for name in parts(keys)}
    yield from _within(sorted(keys) for name, keys in owners.items() if name in named)


def _similar_names(forms: list[tuple[int, str, str]]) -> Iterator[Keys]:
    """Names beside each other in alphabetical order, read from either end, that differ by a few letters."""
    names = [(name, key) for key, keys, _ in forms for name in parts(keys) if len(name) >= SHORTEST_TELLING]
    for ordered in (sorted(names), sorted(names, key=lambda one: (one[0][::-1], one[1]))):
        for (name, key), (next_name, next_key) in pairwise(ordered):
            if key != next_key and same_digits(name, next_name) and fuzz.ratio(name, next_name) >= ALIKE:
                yield min(key, next_key), max(key, next_key)


def _within(groups: Iterable[list[int]]) -> Iterator[Keys]:
    for group in groups:
        if len(group) <= MOST_IN_A_GROUP:
            yield from combinations(sorted(group), 2)
