"""What can be done to an organization."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.core.files.base import ContentFile
from rapidfuzz import fuzz

from campaign.base.languages import LANGUAGES, fold, slug_of
from letters.models import Revision
from signatories.domains import registrable_domain
from signatories.models import Organization
from signatories.numbers import plain_number
from signatories.states import SignatureState

MOST_FOUND = 20
ALIKE = 88  # of 100: rapidfuzz token sort ratio of folded names
TRANSLATED = ("name", "abbreviation", "note")


@dataclass(frozen=True, slots=True)
class Claim:
    """What was said about an organization that was added with a signature."""

    original_language: str
    names: dict[str, str]
    abbreviations: dict[str, str]
    notes: dict[str, str]
    kind: str
    country: str
    website: str
    number_scheme: str
    number: str

    def columns(self) -> dict[str, Any]:
        """The claim as columns of an organization."""
        translated = zip(TRANSLATED, (self.names, self.abbreviations, self.notes), strict=True)
        columns: dict[str, Any] = {
            f"{field}_{language}": texts.get(language, "") for field, texts in translated for language in LANGUAGES
        }
        return columns | {
            "original_language": self.original_language,
            "kind": self.kind,
            "country": self.country,
            "website": self.website,
            "domain": domain_of(self.website),
            "number_scheme": self.number_scheme,
            "number": plain_number(self.number),
            "folded": folded_names([*self.names.values(), *self.abbreviations.values()]),
        }


def domain_of(website: str) -> str:
    """The registrable domain of a website; empty for none and for shared hosts."""
    return registrable_domain(urlsplit(website).hostname or "") if website else ""


def folded_names(names: list[str]) -> str:
    """Names in search form, each between two bars."""
    forms = sorted({fold(name) for name in names if fold(name)})
    return f"|{'|'.join(forms)}|" if forms else ""


def find(words: str) -> list[Organization]:
    """Verified organizations whose names hold all these words, the best match first; at most twenty."""
    if not fold(words):
        return []
    found = list(Organization.objects.verified().matching(words).order_by("pk")[: MOST_FOUND * 5])
    wanted = fold(words)
    return sorted(found, key=lambda organization: (-_likeness(wanted, organization), organization.pk))[:MOST_FOUND]


def _likeness(wanted: str, organization: Organization) -> float:
    return max(fuzz.token_sort_ratio(wanted, name) for name in organization.folded.strip("|").split("|"))


def alike(claim: Claim) -> list[Organization]:
    """Verified organizations that may be the claimed one under another spelling: by name, domain or number; at most five."""
    columns = claim.columns()
    names = columns["folded"].strip("|").split("|")
    scored = []
    for organization in Organization.objects.verified().order_by("pk"):
        same = _is_same(organization, columns)
        score = (
            100.0 if same else max(_likeness(name, organization) for name in names if len(name) > 3 or name == names[0])
        )
        if score >= ALIKE:
            scored.append((score, organization))
    scored.sort(key=lambda pair: (-pair[0], pair[1].pk))
    return [organization for _, organization in scored[:5]]


def _is_same(organization: Organization, columns: dict[str, Any]) -> bool:
    same_number = bool(columns["number"]) and (organization.number_scheme, organization.number) == (
        columns["number_scheme"],
        columns["number"],
    )
    return same_number or (bool(columns["domain"]) and organization.domain == columns["domain"])


def match_or_add(claim: Claim, *, logo: "ContentFile[bytes] | None") -> Organization:
    """The unverified organization that this claim names exactly (number, domain or every name), else a new one.

    A verified organization is never taken by a claim: its own people choose it from the list.
    """
    columns = claim.columns()
    waiting = Organization.objects.filter(verified_at=None)
    for same in (
        columns["number"] and {"number_scheme": columns["number_scheme"], "number": columns["number"]},
        columns["domain"] and {"domain": columns["domain"]},
        {"folded": columns["folded"]},
    ):
        if same and (known := waiting.filter(**same).order_by("pk").first()):
            return known
    organization = Organization(slug=free_slug(claim), **columns)
    if logo is not None:
        organization.logo.save(f"{organization.uid}.png", logo, save=False)
    organization.save(force_insert=True)
    return organization


def free_slug(claim: Claim) -> str:
    """A Latin address that no organization has yet, from the English name if there is one."""
    name = claim.names.get("en") or claim.names[claim.original_language]
    slug = slug_of(name)[:60].strip("-") or "organization"
    taken = set(Organization.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    return next(
        free for free in [slug, *(f"{slug}-{number}" for number in range(2, len(taken) + 3))] if free not in taken
    )


def has_signed(organization: Organization, revision: Revision) -> bool:
    """Whether the organization stands admitted under this text."""
    return organization.signatures.filter(revision=revision, state=SignatureState.ADMITTED).exists()
