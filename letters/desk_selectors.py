"""Answers across tables, for the desk."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString

from campaign.base.jobs import JobState
from campaign.base.languages import LANGUAGE_NAMES, LANGUAGES
from campaign.base.models import JournalEntry, User
from letters import journal_words, markdown, signed_by
from letters.models import Edition, Letter, Recipient, SignatoryList
from letters.selectors import shown_state
from letters.services import letter as letters
from letters.services.edition import editions_of, progress, recipients_of
from letters.signed_by import Counts
from letters.states import LetterState, RecipientRole

NEAR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One letter on the desk, with what can be said of it in one line."""

    letter: Letter
    title: str
    state: str
    state_name: str
    counts: Counts
    parked: int
    closes_soon: bool


@dataclass(frozen=True, slots=True)
class TextColumn:
    """The text of one language, as it stands beside the others."""

    language: str
    name: str
    title: str
    summary: str
    body: SafeString
    is_original: bool


@dataclass(frozen=True, slots=True)
class RecipientRow:
    """One recipient in a list."""

    pk: int
    name: str
    role: str
    group: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """The words with which organizations are asked to sign, in one language."""

    anchor: str
    language: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One act, in words."""

    at: datetime
    who: str
    what: str


@dataclass(frozen=True, slots=True)
class EditionRow:
    """The editions of one recipient, in the order of the site's languages; without a recipient, the public ones."""

    name: str
    role: str
    addendum: int
    editions: list[Edition]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far printing has come."""

    printed: int
    total: int
    parked: int

    @property
    def finished(self) -> bool:
        """Whether nothing waits any more."""
        return self.printed + self.parked == self.total


def desk_rows(user: User, language: str, *, at: datetime) -> list[DeskRow]:
    """The letters of a coordinator, those that live first, newest first: four queries, however many letters."""
    mine = list(Letter.objects.of(user).select_related("issuer").order_by("-created_at", "-pk"))
    counts = letters.waiting_counts(mine)
    parked = parked_editions(mine)
    order = [LetterState.OPEN, LetterState.DRAFT, LetterState.CLOSED, LetterState.ARCHIVED, LetterState.WITHDRAWN]
    rows = [
        _desk_row(letter, language, counts.get(letter.pk, Counts()), parked.get(letter.pk, 0), at) for letter in mine
    ]
    return sorted(rows, key=lambda row: order.index(LetterState(row.letter.state)))


def _desk_row(letter: Letter, language: str, counts: Counts, parked: int, at: datetime) -> DeskRow:
    state = shown_state(letter, at)
    near = letter.closes_at is not None and state == LetterState.OPEN and letter.closes_at <= at + NEAR
    return DeskRow(letter, title_in(letter, language), state, str(state.label), counts, parked, near)


def title_in(letter: Letter, language: str) -> str:
    """The title in this language, or in the first one that has any; a letter without title is called by its address."""
    return next((text for code in (language, *LANGUAGES) if (text := letter.text("title", code))), letter.slug)


def parked_editions(of: list[Letter]) -> dict[int, int]:
    """How many editions of each letter are parked; letters without any are absent."""
    parked: Any = Edition.objects.filter(revision__letter__in=of, state=JobState.PARKED)
    return dict(parked.values_list("revision__letter").annotate(count=Count("pk")).order_by())


def text_columns(letter: Letter) -> list[TextColumn]:
    """The three texts, each rendered with ids of its own."""
    return [
        TextColumn(
            language=language,
            name=LANGUAGE_NAMES[language],
            title=letter.text("title", language),
            summary=letter.text("summary", language),
            body=markdown.render_page(letter.text("body", language), language, prefix=f"{language}-"),
            is_original=language == letter.original_language,
        )
        for language in LANGUAGES
    ]


def recipient_rows(letter: Letter, language: str) -> list[RecipientRow]:
    """The recipients in their order."""
    return [
        RecipientRow(
            pk=recipient.pk,
            name=recipient.named_in(language),
            role=str(RecipientRole(recipient.role).label),
            group=getattr(recipient, f"group_{language}") or "",
        )
        for recipient in recipients_of(letter)
    ]


def invitations(letter: Letter) -> list[Invitation]:
    """The invitation to sign, ready to copy, in each language that has a text."""
    return [
        Invitation(f"invitation-{language}", language, LANGUAGE_NAMES[language], _invitation(letter, language))
        for language in letter.languages()
    ]


def _invitation(letter: Letter, language: str) -> str:
    with translation.override(language):
        address = reverse("invitation", args=[letter.invitation_token])
        facts = {
            "title": letter.text("title", language),
            "summary": letter.text("summary", language),
            "issuer": getattr(letter.issuer, f"name_{language}") or letter.issuer.name,
            "closes_at": letter.closes_at,
            "address": f"{settings.SITE_URL}{address}",
        }
        return render_to_string("letters/desk_invitation.txt", facts).strip()


def journal_of(letter: Letter) -> list[JournalLine]:
    """Everything that was done to a letter and its signatures, newest first.

    Acts on the letter itself are found by its id, all others by its address, which is fixed once it was opened. What an organization
    considers before it signs is its own.
    """
    own = Q(subject_kind="letters.letter", subject_id=str(letter.pk))
    others = Q(scope=letter.slug) & ~Q(subject_kind="letters.letter")
    shown = JournalEntry.objects.filter(own | others).exclude(action__in=journal_words.WITHIN_AN_ORGANIZATION)
    entries = shown.select_related("by").order_by("-at", "-pk")
    return [
        JournalLine(entry.at, "" if entry.by is None else entry.by.email, journal_words.words(entry))
        for entry in entries[:500]
    ]


def edition_rows(letter: Letter, language: str) -> list[EditionRow]:
    """All editions as a table: the public ones, then each recipient's; the same of each addendum."""
    by_recipient: dict[tuple[int, int | None], list[Edition]] = {}
    for edition in editions_of(letter):
        by_recipient.setdefault((edition.addendum, edition.recipient_id), []).append(edition)
    recipients: dict[int | None, Recipient] = {recipient.pk: recipient for recipient in recipients_of(letter)}
    return [
        EditionRow(
            name="" if key is None else recipients[key].named_in(language),
            role="" if key is None else str(RecipientRole(recipients[key].role).label),
            addendum=addendum,
            editions=editions,
        )
        for (addendum, key), editions in by_recipient.items()
    ]


def progress_of(letter: Letter) -> Progress:
    """How far the printing of a letter has come; all zero before it is closed."""
    revision = letter.revisions.last()
    if revision is None:
        return Progress(0, 0, 0)
    found = progress(revision)
    return Progress(found["printed"], found["all"], found["parked"])


@dataclass(frozen=True, slots=True)
class Newcomers:
    """Who came after the closing and stands in no list yet, the number that their addendum would have, and the addenda so far.

    `names` are the public ones; `count` counts all.
    """

    names: list[str]
    count: int
    number: int
    addenda: list[SignatoryList]

    @property
    def unnamed(self) -> int:
        """How many are not named in public."""
        return self.count - len(self.names)


def newcomers_of(letter: Letter, language: str) -> Newcomers:
    """The newcomers of a closed letter."""
    revision = letter.revisions.last()
    lists = [] if revision is None else list(revision.signatory_lists.order_by("number"))
    if revision is None or not lists:
        return Newcomers([], 0, 1, [])
    known = {key for frozen in lists for key in frozen.ids()}
    found = signed_by.reader().to_print(letter.pk, language).newcomers(known)
    return Newcomers([line.name for line in found.public], len(found), len(lists), lists[1:])


def is_public_at_once(letter: Letter, *, at: datetime) -> bool:
    """Whether opening the letter would also publish it, because its publication date has passed."""
    return letter.published_at is not None and letter.published_at <= at
