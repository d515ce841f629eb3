"""What can be done to an organization."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.core.files.base import ContentFile
from django.db import transaction
from rapidfuzz import fuzz

from campaign.base.languages import LANGUAGES, fold, slug_of
from letters.errors import LogoNotKept
from letters.models import Revision
from signatories.domains import registrable_domain
from signatories.models import Organization
from signatories.numbers import plain_number
from signatories.states import SignatureState, Visibility

logger = logging.getLogger(__name__)

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


def find(words: str, *, at: datetime) -> list[Organization]:
    """Listed organizations whose names hold all these words, the best match first; at most twenty."""
    if not fold(words):
        return []
    found = list(Organization.objects.listed(at).matching(words).order_by("pk")[: MOST_FOUND * 5])
    wanted = fold(words)
    return sorted(found, key=lambda organization: (-_likeness(wanted, organization), organization.pk))[:MOST_FOUND]


def _likeness(wanted: str, organization: Organization) -> float:
    return max(fuzz.token_sort_ratio(wanted, name) for name in organization.folded.strip("|").split("|"))


def alike(claim: Claim, *, at: datetime) -> list[Organization]:
    """Organizations in the list that may be the claimed one under another spelling: by name, domain or number; at most five."""
    return alike_among(Organization.objects.listed(at).order_by("pk"), claim.columns())


def alike_among(organizations: Iterable[Organization], columns: dict[str, Any]) -> list[Organization]:
    """Those of the organizations whose name, domain or number is like these columns, the most alike first; at most five."""
    names = columns["folded"].strip("|").split("|")
    telling = [name for name in names if len(name) > 3] or names
    scored = [
        (100.0 if is_same(one, columns) else max(_likeness(name, one) for name in telling), one)
        for one in organizations
    ]
    found = sorted((pair for pair in scored if pair[0] >= ALIKE), key=lambda pair: (-pair[0], pair[1].pk))
    return [organization for _, organization in found[:5]]


def is_same(organization: Organization, columns: dict[str, Any]) -> bool:
    """Whether number or domain say that the organization is the one with these columns, however it is spelled."""
    same_number = bool(columns["number"]) and (organization.number_scheme, organization.number) == (
        columns["number_scheme"],
        columns["number"],
    )
    return same_number or (bool(columns["domain"]) and organization.domain == columns["domain"])


def match_or_add(claim: Claim, *, logo: "ContentFile[bytes] | None", at: datetime) -> Organization:
    """The organization that this claim names exactly (number, domain or every name), else a new one.

    One that is in the list is never taken by a claim: its own people choose it there.

    :raises LogoNotKept: the disk is full.
    """
    columns = claim.columns()
    waiting = Organization.objects.unlisted(at)
    for same in (
        columns["number"] and {"number_scheme": columns["number_scheme"], "number": columns["number"]},
        columns["domain"] and {"domain": columns["domain"]},
        {"folded": columns["folded"]},
    ):
        known: Organization | None = waiting.filter(**same).order_by("pk").first() if same else None
        if known is not None:
            return known
    organization = Organization(slug=free_slug(claim), **columns)
    if logo is not None:
        _keep_logo(organization, logo)
    organization.save(force_insert=True)
    return organization


def _keep_logo(organization: Organization, logo: "ContentFile[bytes]") -> None:
    try:
        organization.logo.save(f"{organization.uid}.png", logo, save=False)
    except OSError as trouble:
        logger.error("A logo could not be kept: %s", trouble.strerror)
        raise LogoNotKept from trouble


def forget_unclaimed(organizations: Iterable[int]) -> None:
    """Delete those of the organizations about which nothing was ever confirmed, and afterwards their logos."""
    unclaimed = Organization.objects.filter(
        pk__in=organizations, verified_at=None, signatures=None, representatives=None, evidence=None
    )
    logos = [organization.logo for organization in unclaimed if organization.logo]
    unclaimed.delete()
    for logo in logos:
        transaction.on_commit(partial(logo.storage.delete, str(logo.name)))


def free_slug(claim: Claim) -> str:
    """A Latin address that no organization has yet, from the English name if there is one."""
    name = claim.names.get("en") or claim.names[claim.original_language]
    slug = slug_of(name)[:60].strip("-") or "organization"
    taken = set(Organization.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    return next(
        free for free in [slug, *(f"{slug}-{number}" for number in range(2, len(taken) + 3))] if free not in taken
    )


def has_signed_in_public(organization: Organization, revision: Revision) -> bool:
    """Whether the organization stands admitted under this text for everybody to see."""
    return organization.signatures.filter(
        revision=revision, state=SignatureState.ADMITTED, visibility=Visibility.PUBLIC
    ).exists()
