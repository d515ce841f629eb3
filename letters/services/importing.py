"""Makes a draft of a letter that came as a folder."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from campaign.base import freshness, journal
from campaign.base.languages import LANGUAGES
from campaign.base.models import User
from letters.errors import SlugTaken
from letters.folder import DESCRIPTION, FolderRefused, IssuerData, LetterFolder, Notice, Problem, RecipientData
from letters.models import Campaign, Coordinator, Issuer, Letter, Office, Recipient
from letters.services import letter as letters

_ISSUER_TEXTS = ("name", "address", "signer", "post", "executor")
_HOLDER_TEXTS = ("name", "addressee", "salutation")


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import made. `issuer` and `campaign` are set when they were not there before."""

    letter: Letter
    notices: tuple[Notice, ...]
    issuer: Issuer | None
    campaign: Campaign | None


@transaction.atomic
def import_letter(
    folder: LetterFolder,
    *,
    by: User | None,
    at: datetime,
    coordinator: User | None = None,
    demonstration: bool = False,
) -> Imported:
    """Store a folder's letter as a draft, with its recipients, and with its issuer and campaign where they are new.

    :param by: the person at the desk, who must coordinate an issuer that is there already; None for a command.
    :param coordinator: who shall coordinate the issuer from now on; the person at the desk does so for a new issuer.
    :raises FolderRefused: with everything that does not fit what is stored; nothing is kept then.
    """
    if problems := list(_problems(folder, by)):
        raise FolderRefused(problems)
    campaign, campaign_is_new = _campaign(folder)
    issuer, issuer_is_new = _issuer(folder.issuer)
    if coordinator or (by and issuer_is_new):
        Coordinator.objects.get_or_create(user=coordinator or by, issuer=issuer)
    letter = _letter(folder, issuer, campaign, by=by, at=at, demonstration=demonstration)
    _add_recipients(letter, folder.recipients)
    journal.write("letter.imported", letter, by=by, at=at, scope=letter.slug)
    freshness.raise_version()
    return Imported(letter, folder.notices, issuer if issuer_is_new else None, campaign if campaign_is_new else None)


def _problems(folder: LetterFolder, by: User | None) -> Iterator[Problem]:
    """What in the folder does not fit what is stored."""
    if folder.slug in letters.RESERVED_SLUGS or Letter.objects.filter(slug=folder.slug).exists():
        yield _slug_taken(folder)
    issuer = Issuer.objects.filter(key=folder.issuer.key).first()
    if issuer and by and not issuer.coordinators.filter(user=by).exists():
        reason = _("The issuer “%(key)s” is coordinated by others. Ask them to import the letter.")
        yield Problem(DESCRIPTION, folder.issuer.line, reason, {"key": issuer.key})
    known = set(Office.objects.values_list("key", flat=True))
    for recipient in folder.recipients:
        if recipient.office not in known:
            reason = _("The office “%(office)s” is not in the directory.")
            yield Problem(DESCRIPTION, recipient.line, reason, {"office": recipient.office})


def _slug_taken(folder: LetterFolder) -> Problem:
    return Problem(DESCRIPTION, folder.lines["slug"], SlugTaken.reason, {"slug": folder.slug})


def _campaign(folder: LetterFolder) -> tuple[Campaign | None, bool]:
    if not folder.campaign:
        return None, False
    return Campaign.objects.get_or_create(slug=folder.campaign)


def _issuer(data: IssuerData) -> tuple[Issuer, bool]:
    """The issuer with this key; one that is there already stays as it is."""
    texts = {
        f"{name}_{language}": getattr(data.texts[language], name) for name in _ISSUER_TEXTS for language in LANGUAGES
    }
    facts: dict[str, Any] = {name: getattr(data, name) for name in ("number_scheme", "number", "phone", "email")}
    return Issuer.objects.get_or_create(key=data.key, defaults=texts | facts)


def _letter(
    folder: LetterFolder,
    issuer: Issuer,
    campaign: Campaign | None,
    *,
    by: User | None,
    at: datetime,
    demonstration: bool,
) -> Letter:
    facts = ("slug", "kind", "reference", "original_language", "opens_at", "closes_at", "published_at")
    columns: dict[str, Any] = {name: getattr(folder, name) for name in facts}
    for name in ("title", "summary", "body"):
        texts = getattr(folder, name)
        columns |= {f"{name}_{language}": texts.get(language, "") for language in LANGUAGES}
    letter = Letter(issuer=issuer, campaign=campaign, demonstration=demonstration, **columns)
    try:
        return letters.make_letter(letter, by=by, at=at)
    except SlugTaken:
        raise FolderRefused([_slug_taken(folder)]) from None


def _add_recipients(letter: Letter, recipients: tuple[RecipientData, ...]) -> None:
    offices = Office.objects.in_bulk([recipient.office for recipient in recipients], field_name="key")
    demands = {demand.number: demand for demand in letter.demands.all()}
    for order, recipient in enumerate(recipients, start=1):
        stored = Recipient.objects.create(
            letter=letter,
            role=recipient.role,
            office=offices[recipient.office],
            order=order,
            **{f"group_{language}": recipient.group.get(language, "") for language in LANGUAGES},
            **_holder(recipient),
        )
        stored.demands.set(demands[number] for number in recipient.demands)


def _holder(recipient: RecipientData) -> dict[str, str]:
    return {
        f"holder_{name}_{language}": getattr(holder, name)
        for language, holder in recipient.holder.items()
        for name in _HOLDER_TEXTS
    }
