"""What can be done to an organization."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q

from campaign.base.languages import LANGUAGES, fold, slug_of
from letters.errors import LogoNotKept
from letters.models import Revision
from signatories.domains import registrable_domain
from signatories.errors.decision import VerificationRevoked
from signatories.errors.organization import MergedMeanwhile
from signatories.matching import latin
from signatories.models import Organization, OrganizationAlias, Representative, SearchForm, Signature
from signatories.models.alias import LONGEST_FOLDED, LONGEST_LATIN
from signatories.numbers import plain_number
from signatories.search import names_of
from signatories.states import AliasSource, SignatureState, Visibility

logger = logging.getLogger(__name__)

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


def match_or_add(
    claim: Claim, *, issuer_id: int, email: str, logo: "ContentFile[bytes] | None", at: datetime
) -> Organization:
    """The organization that this claim names exactly (number, domain or every name), else a new one.

    One that is in the list is never taken by a claim: its own people choose it there. One that is not is met only where this issuer
    knows it already, or by its own people: else the coordinator of any letter could ask for a quiet organization's file by a claim.
    Twins that arise so are merged by those who may see both (docs/decisions/0011-quiet-organizations.md).

    :param issuer_id: of the letter that is to be signed.
    :param email: of the person who claims; empty on paper.
    :raises LogoNotKept: the disk is full.
    """
    columns = claim.columns()
    waiting = _met_by(issuer_id, email, at)
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
        keep_logo(organization, logo)
    organization.save(force_insert=True)
    keep_search_form(organization)
    return organization


def _met_by(issuer_id: int, email: str, at: datetime) -> Any:
    """Organizations out of the list that this issuer, or this mailbox, has to do with already."""
    here = Signature.objects.filter(revision__letter__issuer=issuer_id).values("organization")
    own = Representative.objects.active().filter(user__email=email.strip().lower()).values("organization")
    return Organization.objects.unlisted(at).filter(Q(pk__in=here) | Q(pk__in=own), merged_into=None)


def keep_search_form(organization: Organization) -> None:
    """Let the organization be found under its present names and other names; to be called after each change of them."""
    aliases = organization.aliases.order_by("pk").values_list("name", flat=True)
    names = names_of(vars(organization), aliases)
    SearchForm.objects.update_or_create(
        organization=organization,
        defaults={"words": names.words, "keys": names.keys, "initials": names.initials},
    )


def remember_names(
    organization: Organization, names: Iterable[str], *, source: AliasSource, at: datetime, is_public: bool = False
) -> None:
    """Keep other names under which the organization was seen, so that it is found under them, too."""
    known = set(organization.folded.strip("|").split("|"))
    OrganizationAlias.objects.bulk_create(
        [
            OrganizationAlias(
                organization=organization,
                name=name,
                folded=form[:LONGEST_FOLDED],
                latin=latin(name)[:LONGEST_LATIN],
                source=source,
                is_public=is_public,
                seen_at=at,
            )
            for form, name in {fold(name): name for name in names}.items()
            if form and form not in known
        ],
        ignore_conflicts=True,
    )
    keep_search_form(organization)


def names_in(columns: Mapping[str, Any]) -> list[str]:
    """All names and abbreviations in the columns of an organization or a claim."""
    found = (columns[f"{field}_{language}"] for field in ("name", "abbreviation") for language in LANGUAGES)
    return [name for name in found if name]


def keep_logo(organization: Organization, logo: "ContentFile[bytes]") -> None:
    """Write the picture to its folder; the row itself is not saved.

    :raises LogoNotKept: the disk is full.
    """
    try:
        organization.logo.save(f"{organization.uid}.png", logo, save=False)
    except OSError as trouble:
        logger.error("A logo could not be kept: %s", trouble.strerror)
        raise LogoNotKept from trouble


def forget_unclaimed(organizations: Iterable[int]) -> None:
    """Delete those of the organizations about which nothing was ever confirmed, and afterwards their logos."""
    unclaimed = Organization.objects.filter(
        pk__in=organizations, verified_at=None, merged=None, signatures=None, representatives=None, evidence=None
    )
    logos = [organization.logo for organization in unclaimed if organization.logo]
    unclaimed.delete()
    for logo in logos:
        transaction.on_commit(partial(logo.storage.delete, str(logo.name)))


def check_standing(organization: Organization) -> None:
    """Refuse to act for an organization, held by the caller, that is another one by now.

    :raises MergedMeanwhile: it was merged with its duplicate.
    """
    if organization.merged_into_id is not None:
        raise MergedMeanwhile


def check_can_sign(organization: Organization) -> None:
    """Refuse to sign for an organization, held by the caller, that is another one by now or lost its verification.

    :raises Refusal: MergedMeanwhile, VerificationRevoked.
    """
    check_standing(organization)
    if organization.revoked_at is not None:
        raise VerificationRevoked


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
        revision__letter=revision.letter_id, state=SignatureState.ADMITTED, visibility=Visibility.PUBLIC
    ).exists()
