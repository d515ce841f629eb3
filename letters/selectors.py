"""Answers across tables, for pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from campaign.base.calendar import page_date
from campaign.base.jobs import JobState
from campaign.base.languages import LANGUAGE_NAMES, LANGUAGES
from letters import markdown, signed_by
from letters.models import Edition, Letter, Recipient, Revision
from letters.models.edition import BOUND
from letters.models.letter import LetterQuerySet
from letters.redline import Piece, abridged, redline
from letters.services.freeze import frozen_issuer
from letters.signed_by import Counts, SignatoryLine, Standing
from letters.states import LetterKind, LetterState, RecipientRole


@dataclass(frozen=True, slots=True)
class LetterRow:
    """One letter in a list; dates are words."""

    title: str
    summary: str
    url: str
    state: str
    state_name: str
    kind_name: str
    issuer_name: str
    published_on: str
    closes_on: str
    signatory_count: int


@dataclass(frozen=True, slots=True)
class AddresseeGroup:
    """Recipients of one rank and group, as they are listed on a page."""

    role: str
    group: str
    lines: list[str]


@dataclass(frozen=True, slots=True)
class LetterPage:
    """Everything that the page of a letter shows in one language; dates are words."""

    slug: str
    title: str
    summary: str
    body_html: SafeString
    kind_name: str
    state: str
    state_name: str
    issuer_name: str
    campaign_title: str
    reference: str
    original_language_name: str
    is_original: bool
    fingerprint: str
    check_url: str
    dated: str
    opened_on: str
    closes_on: str
    closed_on: str
    addressees: list[AddresseeGroup]
    asked: list[tuple[str, str]]
    signatories: list[SignatoryLine]
    late: list[SignatoryLine]
    corrected_on: str
    reason: str
    late_until: str
    takes_vouched: bool
    counts: Counts
    frozen_count: int | None
    withdrawn: list[dict[str, Any]]
    public_editions: list[dict[str, Any]]
    addenda: list[dict[str, Any]]
    missing: bool
    available: list[tuple[str, str, str]]
    demonstration: bool


def newest_letters(*, at: datetime) -> LetterQuerySet:
    """Published letters with their issuers, newest first."""
    newest: LetterQuerySet = Letter.objects.published(at).select_related("issuer").order_by("-published_at", "-pk")
    return newest


def letter_rows(letters: Sequence[Letter], language: str, *, at: datetime) -> list[LetterRow]:
    """These letters as a list shows them, in one query."""
    counts = signed_by.reader().counts([letter.pk for letter in letters])
    return [_row(letter, language, counts.get(letter.pk, Counts()).admitted, at) for letter in letters]


def _row(letter: Letter, language: str, count: int, at: datetime) -> LetterRow:
    state = shown_state(letter, at)
    return LetterRow(
        title=_first_text(letter, "title", language),
        summary=letter.text("summary", language),
        url=reverse("letter", args=[letter.slug]),
        state=state,
        state_name=str(state.label),
        kind_name=str(LetterKind(letter.kind).label),
        issuer_name=getattr(letter.issuer, f"name_{language}") or letter.issuer.name,
        published_on=_day(letter.published_at, language),
        closes_on=_moment(letter.closes_at, language) if state == LetterState.OPEN else "",
        signatory_count=count,
    )


def shown_state(letter: Letter, at: datetime) -> LetterState:
    """The state as the public sees it: past its closing time a letter is closed, even before anybody has pressed anything."""
    state = LetterState(letter.state)
    return LetterState.CLOSED if state == LetterState.OPEN and not letter.takes_signatures(at) else state


def _first_text(letter: Letter, field: str, language: str) -> str:
    return next((text for code in (language, *LANGUAGES) if (text := letter.text(field, code))), letter.slug)


def _day(moment: datetime | None, language: str) -> str:
    return "" if moment is None else page_date(timezone.localtime(moment).date(), language)


def _moment(moment: datetime | None, language: str) -> str:
    return "" if moment is None else f"{_day(moment, language)}, {timezone.localtime(moment):%H:%M}"


def letter_page_of(letter: Letter, language: str, *, at: datetime, with_names: bool) -> LetterPage:
    """The page of one letter: at most seven queries, however many names."""
    revisions = list(letter.revisions.order_by("number"))
    revision = revisions[-1] if revisions else None
    here = language in letter.languages()
    standing = signed_by.reader().standing(letter.pk, language) if revision and with_names else Standing()
    recipients = list(letter.recipients.select_related("office").prefetch_related("demands").order_by("order", "pk"))
    lines = signed_lines(standing.names, revisions, language)
    state = shown_state(letter, at)
    printed = _public_editions(letter, revision, language) if with_names else []
    return LetterPage(
        slug=letter.slug,
        title=_first_text(letter, "title", language),
        summary=letter.text("summary", language),
        body_html=markdown.render_page(letter.text("body", language), language) if here else SafeString(""),
        kind_name=str(LetterKind(letter.kind).label),
        state=state,
        state_name=str(state.label),
        issuer_name=frozen_issuer(letter, revision)["name"][language] or letter.issuer.name,
        campaign_title="" if letter.campaign is None else getattr(letter.campaign, f"title_{language}") or "",
        reference=letter.reference,
        original_language_name=LANGUAGE_NAMES[letter.original_language],
        is_original=language == letter.original_language,
        fingerprint=revision.fingerprint if revision else "",
        check_url=reverse("verify-code", args=[revision.check_code]) if revision and with_names else "",
        dated=_day(letter.closed_at, language),
        opened_on=_day(letter.opened_at, language),
        closes_on=_moment(letter.closes_at, language) if state == LetterState.OPEN else "",
        closed_on=_day(letter.closed_at or letter.closes_at, language) if state == LetterState.CLOSED else "",
        addressees=addressee_groups(recipients, language),
        asked=[
            (one.named_in(language), ", ".join(map(str, numbers)))
            for one in recipients
            if (numbers := one.demand_numbers())
        ],
        signatories=[one for one in lines if not one.late],
        late=[one for one in lines if one.late],
        corrected_on=_day(revision.frozen_at, language) if revision and len(revisions) > 1 else "",
        reason=revision.reason.get(language, "") if revision else "",
        late_until=_moment(letter.late_until, language) if letter.takes_late_signatures(at) else "",
        takes_vouched=letter.takes_vouched,
        counts=standing.counts,
        frozen_count=_frozen_count(letter, revision) if with_names else None,
        withdrawn=[
            {"name": line.name, "on": page_date(line.on, language), "disputed": line.disputed}
            for line in standing.withdrawn
        ],
        public_editions=[edition for edition in printed if not edition["addendum"]],
        addenda=[edition for edition in printed if edition["addendum"]],
        missing=not here,
        available=[
            (code, LANGUAGE_NAMES[code], address_in(letter, code, "letter"))
            for code in letter.languages()
            if code != language
        ],
        demonstration=letter.demonstration,
    )


def signed_lines(
    names: Sequence[SignatoryLine], revisions: Sequence[Revision], language: str
) -> Sequence[SignatoryLine]:
    """The names, each that stands for an earlier text with words that say so."""
    if len(revisions) < 2:
        return names
    days = {one.number: _day(one.frozen_at, language) for one in revisions[:-1]}
    words = {number: _("signed the text of %(day)s only") % {"day": day} for number, day in days.items()}
    return [replace(one, text=words[one.revision]) if one.revision in words else one for one in names]


def _frozen_count(letter: Letter, revision: Revision | None) -> int | None:
    """How many the list at closing counts; None before."""
    if letter.closed_at is None or revision is None:
        return None
    count: int | None = revision.signatory_lists.filter(number=0).values_list("count", flat=True).first()
    return count


def address_in(letter: Letter, language: str, name: str) -> str:
    """The address of this page of the letter in another language."""
    with translation.override(language):
        return reverse(name, args=[letter.slug])


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction: the revision that it made, why, and by part of the text ("title", "summary", "body") what changed."""

    revision: Revision
    reason: str
    changes: list[tuple[str, list[Piece]]]


def corrections_of(letter: Letter, language: str) -> list[Correction]:
    """The corrections of a letter in one language, newest first; of a part that did not change in it nothing is said."""
    revisions = list(letter.revisions.order_by("number"))
    return [
        Correction(after, after.reason[language], changed_parts(before.texts()[language], after.texts()[language]))
        for before, after in reversed(list(pairwise(revisions)))
    ]


def changed_parts(before: Mapping[str, str], after: Mapping[str, str]) -> list[tuple[str, list[Piece]]]:
    """What differs between two texts in one language, by part, each with its name in words; paragraphs far from a change are left out."""
    names = {"title": _("Title"), "summary": _("Summary"), "body": _("Text")}
    return [
        (name, abridged(redline(before[part], after[part])))
        for part, name in names.items()
        if before[part] != after[part]
    ]


def _public_editions(letter: Letter, revision: Revision | None, language: str) -> list[dict[str, Any]]:
    """What is printed for everybody in this language, or bound in all: the letter itself, then its addenda."""
    printed = Edition.objects.filter(
        revision=revision, recipient=None, language__in=(language, BOUND), state=JobState.DONE
    )
    return [
        {
            "addendum": edition.addendum,
            "is_bound": edition.language == BOUND,
            "url": _pdf_url(letter, edition),
            "size": edition.size,
            "pages": edition.pages,
            "sha256": edition.sha256,
        }
        for edition in sorted(printed.defer("payload"), key=lambda one: (one.addendum, one.language == BOUND))
    ]


def _pdf_url(letter: Letter, edition: Edition) -> str:
    name = "letter-pdf-bound" if edition.language == BOUND else "letter-pdf"
    if edition.addendum:
        return reverse(f"{name}-addendum", args=[letter.slug, edition.addendum])
    return reverse(name, args=[letter.slug])


def addressee_groups(recipients: list[Recipient], language: str) -> list[AddresseeGroup]:
    """Recipients in their order, the addressees before those who get a copy."""
    groups: dict[tuple[str, str], list[str]] = {}
    for recipient in sorted(recipients, key=lambda one: one.role != RecipientRole.TO):
        block = recipient.block_in(language)
        lines = block["lines"][:2] if recipient.role == RecipientRole.TO else [block["named"]]
        groups.setdefault((recipient.role, getattr(recipient, f"group_{language}") or ""), []).extend(lines)
    return [AddresseeGroup(role, group, lines) for (role, group), lines in groups.items()]
