"""What can be done to a letter."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from campaign.base import freshness, journal, register
from campaign.base.canonical import repair_look_alikes
from campaign.base.errors import Refusal
from campaign.base.languages import LANGUAGE_NAMES, LANGUAGES
from campaign.base.models import User
from letters import markdown, signed_by
from letters.errors import (
    AlreadyPublic,
    ClosingInThePast,
    EditedMeanwhile,
    IssuerIncomplete,
    PublicationRefused,
    RecipientMissing,
    SlugTaken,
    TextIsFixed,
    TextsDiffer,
    TranslationMissing,
    VouchedSettled,
)
from letters.markdown.parity import Lost, Matter, lost
from letters.models import Demand, Letter, Revision
from letters.services import edition
from letters.services.enclosure import entries_fingerprint
from letters.services.freeze import TEXT_FIELDS, freeze
from letters.states import LetterState, RecipientRole

RESERVED_SLUGS = ("new", "import")  # pages of the desk have these addresses


@transaction.atomic
def make_letter(letter: Letter, *, by: User | None, at: datetime) -> Letter:
    """Store a new draft and read its demands.

    :raises SlugTaken: the address belongs to another letter, or to a page of the desk.
    """
    if letter.slug in RESERVED_SLUGS:
        raise SlugTaken(slug=letter.slug)
    try:
        with transaction.atomic():
            letter.save(force_insert=True)
    except IntegrityError:
        if Letter.objects.filter(slug=letter.slug).exists():
            raise SlugTaken(slug=letter.slug) from None
        raise
    read_demands(letter)
    journal.write("letter.made", letter, by=by, at=at, scope=letter.slug)
    return letter


@transaction.atomic
def change_draft(letter: Letter, columns: dict[str, Any], *, version: int, by: User, at: datetime) -> None:
    """Change columns of a draft.

    :param version: the version that the person was shown.
    :raises EditedMeanwhile: the draft was changed since then; nothing is saved.
    :raises TextIsFixed: the letter is no longer a draft.
    :raises SlugTaken: the new address belongs to another letter.
    """
    row: Any = Letter.objects.filter(pk=letter.pk, state=LetterState.DRAFT)
    if not row.filter(version=version).update(version=F("version") + 1):
        raise EditedMeanwhile if row.exists() else TextIsFixed
    for column, value in columns.items():
        setattr(letter, column, value)
    _save_columns(letter, list(columns))
    letter.refresh_from_db(fields=["version"])
    read_demands(letter)
    journal.write("letter.changed", letter, by=by, at=at, scope=letter.slug, fields=sorted(columns))


def _save_columns(letter: Letter, columns: list[str]) -> None:
    try:
        with transaction.atomic():
            letter.save(update_fields=columns)
    except IntegrityError:
        if Letter.objects.filter(slug=letter.slug).exclude(pk=letter.pk).exists():
            raise SlugTaken(slug=letter.slug) from None
        raise


def read_demands(letter: Letter) -> None:
    """Make the demands' rows agree with the numbered list of each text; in a draft, texts may still differ in number.

    A demand is known by its number and keeps those to whom it is addressed.
    """
    texts = {language: markdown.structure(letter.text("body", language)).demands for language in LANGUAGES}
    most = max(len(demands) for demands in texts.values())
    letter.demands.filter(number__gt=most).delete()
    for number in range(1, most + 1):
        columns = {
            f"text_{language}": demands[number - 1] if number <= len(demands) else ""
            for language, demands in texts.items()
        }
        Demand.objects.update_or_create(letter=letter, number=number, defaults=columns)


def obstacles(letter: Letter, *, at: datetime) -> list[Refusal]:
    """Everything that stands in the way of opening, as refusals; empty when the letter can be opened."""
    found = text_obstacles(letter)
    if not letter.recipients.filter(role=RecipientRole.TO).exists():
        found.append(RecipientMissing())
    if fields := letter.issuer.missing_fields():
        found.append(IssuerIncomplete(fields=", ".join(fields)))
    if letter.closes_at is not None and letter.closes_at <= at:
        found.append(ClosingInThePast())
    return found


def text_obstacles(letter: Letter) -> list[Refusal]:
    """What forbids to freeze the three texts, as refusals."""
    if missing := [LANGUAGE_NAMES[language] for language in LANGUAGES if language not in letter.languages()]:
        return [TranslationMissing(languages=", ".join(missing))]
    structures = {}
    for language in LANGUAGES:
        try:
            structures[language] = markdown.structure(letter.text("body", language))
        except Refusal as refusal:
            return [refusal]
    differences = markdown.differences(structures, original=letter.original_language)
    return [TextsDiffer(differences=" ".join(str(one) for one in differences))] if differences else []


def repairs(letter: Letter) -> list[str]:
    """Kazakh words with Latin look-alikes, each with what opening makes of it: “жəне → және”."""
    found = [repair for field in TEXT_FIELDS for repair in repair_look_alikes(letter.text(field, "kk"))[1]]
    return [f"{repair.found} → {repair.repaired}" for repair in found]


def hints(letter: Letter) -> list[str]:
    """What a translation may have lost: figures, days, links and names that do not stand equally often in all three texts."""
    return list(dict.fromkeys(hint(one) for found in losses(letter).values() for one in found))


def losses(letter: Letter) -> dict[str, list[Lost]]:
    """What title, summary and body may have lost, each compared for itself; a line that one language does not have loses nothing."""
    texts = {field: {code: letter.text(field, code) for code in LANGUAGES} for field in TEXT_FIELDS}
    return {field: lost(by_code) for field, by_code in texts.items() if field == "body" or all(by_code.values())}


def hint(one: Lost) -> str:
    """What was lost where, as a sentence."""
    words = {
        Matter.FIGURE: _("the figure %(text)s"),
        Matter.DAY: _("the day %(text)s"),
        Matter.LINK: _("the link %(text)s"),
        Matter.NAME: _("the name %(text)s"),
    }
    return _("%(what)s: in %(found)s, not (or less often) in %(missing)s") % {
        "what": words[one.matter] % {"text": one.text},
        "found": ", ".join(LANGUAGE_NAMES[language] for language in one.found),
        "missing": ", ".join(LANGUAGE_NAMES[language] for language in one.missing),
    }


@transaction.atomic
def open_letter(letter: Letter, *, by: User, at: datetime) -> Revision:
    """Open a draft for signature: its texts and recipients are frozen and get their fingerprint.

    :param at: the present moment, aware.
    :raises Refusal: the first of `obstacles`, or MoveRefused when the letter is no longer a draft.
    """
    letter.move(LetterState.OPEN, opened_at=at)
    letter.refresh_from_db()
    for obstacle in obstacles(letter, at=at):
        raise obstacle
    revision = freeze(letter, at=at)
    read_demands(letter)
    letter.unsaved_drafts.all().delete()
    letter.first_readers.all().delete()
    journal.write("letter.opened", letter, by=by, at=at, scope=letter.slug)
    register.append(
        "letter.opened",
        letter=letter.uid,
        at=at,
        fingerprint=revision.fingerprint,
        languages=revision.language_fingerprints,
    )
    return revision


@transaction.atomic
def publish_letter(letter: Letter, *, by: User, at: datetime, publish_at: datetime | None = None) -> None:
    """Let the public read the letter, at once or (embargo) from `publish_at` on.

    :raises PublicationRefused: the letter is still a draft.
    :raises AlreadyPublic: the public reads it by now; an embargo that still lasts may be moved.
    """
    row: Any = Letter.objects.filter(pk=letter.pk).exclude(state__in=[LetterState.DRAFT, LetterState.WITHDRAWN])
    if not row.exclude(published_at__lte=at).update(published_at=publish_at or at):
        raise AlreadyPublic if row.exists() else PublicationRefused
    letter.refresh_from_db(fields=["published_at", "state"])
    journal.write(
        "letter.published", letter, by=by, at=at, scope=letter.slug, publish_at=(publish_at or at).isoformat()
    )
    freshness.raise_version()


@transaction.atomic
def count_vouched(letter: Letter, takes: bool, *, by: User, at: datetime) -> None:
    """Let organizations that are only vouched for count under an open letter, or no longer; those admitted so far stay.

    :raises VouchedSettled: the letter is not open.
    """
    row: Any = Letter.objects.filter(pk=letter.pk, state=LetterState.OPEN)
    if not row.update(takes_vouched=takes):
        raise VouchedSettled
    letter.takes_vouched = takes
    act = "letter.vouched_counted" if takes else "letter.vouched_not_counted"
    journal.write(act, letter, by=by, at=at, scope=letter.slug)
    freshness.raise_version()


@transaction.atomic
def close_letter(letter: Letter, *, by: User | None, at: datetime) -> None:
    """Close a letter: freeze its signatory list and create the editions that wait to be printed.

    :param by: the coordinator; None when the clock closes.
    :raises MoveRefused: the letter is not open.
    """
    letter.move(LetterState.CLOSED, closed_at=at)
    revision = letter.current_revision()
    frozen = edition.freeze_signatory_list(revision, at=at)
    edition.create_editions(letter, revision, frozen, at=at)
    journal.write("letter.closed", letter, by=by, at=at, scope=letter.slug, count=frozen.count)
    register.append(
        "letter.closed",
        letter=letter.uid,
        at=at,
        fingerprint=revision.fingerprint,
        count=frozen.count,
        named=frozen.named,
        signatory_list=frozen.fingerprint,
        signatures=entries_fingerprint(frozen.entries()),
    )


@transaction.atomic
def withdraw_letter(letter: Letter, *, by: User, at: datetime) -> None:
    """Take a draft or open letter out of the world. Its public address says that it was withdrawn.

    :raises MoveRefused: the letter was closed meanwhile.
    """
    was_open = letter.state == LetterState.OPEN
    letter.move(LetterState.WITHDRAWN, withdrawn_at=at)
    journal.write("letter.withdrawn", letter, by=by, at=at, scope=letter.slug)
    if was_open:
        register.append("letter.withdrawn", letter=letter.uid, at=at)


@transaction.atomic
def archive_letter(letter: Letter, *, by: User, at: datetime) -> None:
    """Put a closed letter aside; it stays readable.

    :raises MoveRefused: the letter is not closed.
    """
    letter.move(LetterState.ARCHIVED, archived_at=at)
    journal.write("letter.archived", letter, by=by, at=at, scope=letter.slug)
    freshness.raise_version()


def due_for_closing(*, at: datetime) -> list[Letter]:
    """Open letters whose closing time has passed."""
    return list(Letter.objects.filter(state=LetterState.OPEN, closes_at__lte=at).order_by("closes_at", "pk"))


def waiting_counts(letters: list[Letter]) -> dict[int, signed_by.Counts]:
    """Counts of signatures by letter, in one query; a letter without signatures may be absent."""
    return signed_by.reader().counts([letter.pk for letter in letters])
