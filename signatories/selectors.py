"""Answers across tables, for pages of the second floor."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.safestring import SafeString

from campaign.base.languages import LANGUAGE_NAMES, LANGUAGES
from campaign.base.models import User
from letters import markdown
from letters.models import Letter
from signatories.access import signatures_of
from signatories.countries import country_name
from signatories.models import Organization, Signature
from signatories.services.erratum import outdated
from signatories.states import ACTIVE_STATES, REACHED_FROM, SignatureState, Visibility


@dataclass(frozen=True, slots=True)
class FoundOrganization:
    """One organization as a list shows it; `original` is its name in its own language where that differs."""

    name: str
    abbreviation: str
    original: str
    original_language: str
    place: str
    kind_name: str
    website: str
    url: str


def found_organizations(
    organizations: Iterable[Organization], language: str, url_of: Callable[[Organization], str]
) -> list[FoundOrganization]:
    """The organizations in their order, in the page's language."""
    return [_found(organization, language, url_of(organization)) for organization in organizations]


def _found(organization: Organization, language: str, url: str) -> FoundOrganization:
    name = organization.name_in(language)
    original = organization.name_in(organization.original_language)
    return FoundOrganization(
        name=name,
        abbreviation=organization.abbreviation_in(language),
        original="" if original == name else original,
        original_language=organization.original_language,
        place=getattr(organization, f"note_{language}") or country_name(organization.country, language),
        kind_name=organization.get_kind_display(),
        website=organization.website,
        url=url,
    )


@dataclass(frozen=True, slots=True)
class LetterText:
    """The text of a letter in one language, as it is signed."""

    language: str
    language_name: str
    title: str
    body_html: SafeString


def texts_of(letter: Letter, first: str) -> list[LetterText]:
    """The letter's three texts, the page's language first."""
    order = [first, *(language for language in LANGUAGES if language != first)]
    return [
        LetterText(
            language,
            LANGUAGE_NAMES[language],
            letter.text("title", language),
            markdown.render_page(letter.text("body", language), language, f"{language}-"),
        )
        for language in order
        if letter.text("body", language)
    ]


@dataclass(frozen=True, slots=True)
class OwnSignature:
    """One signature as the person who gave it sees it, or an owner of the organization.

    `signed_by` is empty for one's own; `withdraw_url` where nothing is left to withdraw; `receipt_url` where the register has no entry;
    `erratum_url` where nothing was corrected since.
    """

    title: str
    letter_url: str
    organization: str
    state: str
    state_name: str
    confirmed_at: datetime | None
    decided_at: datetime | None
    withdrawn_at: datetime | None
    refusal: str
    withdraw_url: str
    visibility_name: str
    visibility_url: str
    signed_by: str
    decline_reason: str
    approval_due_at: datetime | None
    receipt_url: str
    eds_url: str
    consent_url: str
    erratum_url: str


def own_signatures(person: User, language: str, *, at: datetime) -> list[OwnSignature]:
    """What this person gave, and what was given for organizations that she owns, newest first, in two queries."""
    own = signatures_of(person).exclude(state=SignatureState.STARTED)
    listed = own.select_related("revision__letter", "organization").order_by("-started_at", "-pk")
    corrected = set(outdated(own).values_list("pk", flat=True))
    return [_own(signature, person, language, at, signature.pk in corrected) for signature in listed]


def _own(signature: Signature, person: User, language: str, at: datetime, is_corrected: bool) -> OwnSignature:
    letter = signature.revision.letter
    published = letter.is_published(at)
    can_withdraw = signature.state in REACHED_FROM[SignatureState.WITHDRAWN]
    return OwnSignature(
        title=letter.text("title", language),
        letter_url=reverse("letter", args=[letter.slug])
        if published
        else reverse("invitation", args=[letter.invitation_token]),
        organization=signature.called_in(language),
        state=signature.state,
        state_name=signature.get_state_display(),
        confirmed_at=signature.confirmed_at,
        decided_at=signature.decided_at,
        withdrawn_at=signature.withdrawn_at,
        refusal=signature.refusal,
        withdraw_url=reverse("my-signature-withdraw", args=[signature.pk]) if can_withdraw else "",
        visibility_name=signature.get_visibility_display(),
        visibility_url=reverse("my-signature-visibility", args=[signature.pk])
        if can_withdraw and Visibility(signature.visibility).stricter()
        else "",
        receipt_url="" if signature.admitted_index is None else reverse("my-signature-receipt", args=[signature.pk]),
        eds_url=reverse("my-signature-eds", args=[signature.pk])
        if signature.person_id == person.pk and signature.state in ACTIVE_STATES
        else "",
        signed_by="" if signature.person_id == person.pk else signature.signer_name(),
        decline_reason=signature.decline_reason,
        approval_due_at=signature.approval_due_at,
        consent_url=""
        if signature.admitted_index is None
        else reverse("my-organization-consent", args=[signature.organization.slug]),
        erratum_url=reverse("my-signature-erratum", args=[signature.pk])
        if is_corrected and letter.takes_signatures(at)
        else "",
    )
