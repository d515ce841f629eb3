"""Finding organizations: by words that somebody types, and by what is claimed of them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.db.models.functions import Length

from campaign.base.languages import LANGUAGES
from signatories.matching import Names, closest, holds_whole, latin, likeness, parts, says_branch
from signatories.models import Organization, SearchForm
from signatories.models.organization import OrganizationQuerySet
from signatories.numbers import is_of_branch

MOST_FOUND = 20
MOST_ALIKE = 5
MOST_RANKED = 500
AT_ONCE = 100  # keys in one query
SHORTEST_LABEL = 5  # letters of a domain that say something
CERTAIN, LIKELY = 101.0, 95.0  # the same number or domain; the same domain in another zone


def names_of(columns: Mapping[str, Any], aliases: Iterable[str] = ()) -> Names:
    """The search forms of an organization or a claim, from its columns."""
    own = [columns[f"{field}_{language}"] or "" for field in ("name", "abbreviation") for language in LANGUAGES]
    return Names.of([*own, *aliases], columns["domain"])


def find(words: str, *, at: datetime) -> list[Organization]:
    """Listed organizations whose names, other names or domain hold all these words, in whatever script they were typed; the best
    match first, at most twenty.
    """
    return find_among(Organization.objects.listed(at), words)


def find_among(organizations: OrganizationQuerySet, words: str) -> list[Organization]:
    """Those of the organizations that hold all these words, the best match first, at most twenty."""
    wanted = latin(words)
    if not wanted:
        return []
    holding = SearchForm.objects.holding(wanted.split()).order_by(Length("words"), "pk")
    scores = {key: likeness(wanted, form) for key, form in holding.values_list("pk", "words")[:MOST_RANKED]}
    return _best(organizations, scores, MOST_FOUND)


def alike(columns: Mapping[str, Any], *, at: datetime) -> list[Organization]:
    """Organizations in the list that may be the claimed one under another spelling, the most alike first; at most five."""
    return alike_among(Organization.objects.listed(at), columns)


def alike_among(organizations: OrganizationQuerySet, columns: Mapping[str, Any]) -> list[Organization]:
    """Those of the organizations that may be the one with these columns: by name in any script, abbreviation, domain or number;
    the most alike first, at most five.
    """
    scores = closest(names_of(columns), SearchForm.objects.values_list("pk", "keys", "initials").iterator(2000))
    label = columns["domain"].partition(".")[0]
    if len(label) >= SHORTEST_LABEL:
        neighbours = Organization.objects.filter(domain__startswith=f"{label}.")
        scores |= dict.fromkeys(neighbours.values_list("pk", flat=True), LIKELY)
    if same := _the_same(columns):
        scores |= dict.fromkeys(Organization.objects.filter(same).values_list("pk", flat=True), CERTAIN)
    return _best(organizations, scores, MOST_ALIKE)


def branches_among(organizations: OrganizationQuerySet, columns: Mapping[str, Any]) -> list[Organization]:
    """Those of the organizations of which the one with these columns can be a branch, or that can be its branches; at most five.

    The longer name holds the whole shorter one, and it or its number says that it is a branch.
    """
    wanted, claimed = parts(names_of(columns).keys), is_of_branch(columns["number_scheme"], columns["number"])
    forms = SearchForm.objects.values_list("pk", "keys", "organization__number_scheme", "organization__number")
    found = [
        owner
        for owner, keys, scheme, number in forms.iterator(2000)
        if any(
            _is_branch(mine, own, by_number=claimed) or _is_branch(own, mine, by_number=is_of_branch(scheme, number))
            for own in parts(keys)
            for mine in wanted
        )
    ]
    return list(organizations.filter(pk__in=found).order_by("pk")[:MOST_ALIKE])


def _is_branch(branch: str, head: str, *, by_number: bool) -> bool:
    return holds_whole(branch, head) and (by_number or says_branch(branch))


def _the_same(columns: Mapping[str, Any]) -> Q:
    same = Q()
    if columns["number"]:
        same |= Q(number_scheme=columns["number_scheme"], number=columns["number"])
    if columns["domain"]:
        same |= Q(domain=columns["domain"])
    return same


def _best(organizations: OrganizationQuerySet, scores: Mapping[int, float], most: int) -> list[Organization]:
    """The organizations with the highest scores, as many as are wanted."""
    ranked = sorted(scores, key=lambda key: (-scores[key], key))
    chosen: list[int] = []
    for start in range(0, len(ranked), AT_ONCE):
        some = ranked[start : start + AT_ONCE]
        rows: Any = organizations.filter(pk__in=some)
        allowed: set[int] = set(rows.values_list("pk", flat=True))
        chosen += [key for key in some if key in allowed]
        if len(chosen) >= most:
            break
    found = Organization.objects.in_bulk(chosen[:most])
    return [found[key] for key in chosen[:most]]


def is_same(organization: Organization, columns: Mapping[str, Any]) -> bool:
    """Whether number or domain say that the organization is the one with these columns, however it is spelled."""
    same_number = bool(columns["number"]) and (organization.number_scheme, organization.number) == (
        columns["number_scheme"],
        columns["number"],
    )
    return same_number or (bool(columns["domain"]) and organization.domain == columns["domain"])
