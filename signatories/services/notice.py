"""What coordinators are told of, and when."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from campaign.base import post
from campaign.base.locks import hold
from campaign.base.models import User
from letters.models import Letter
from letters.models.letter import TAKES_SIGNATURES
from signatories.models import Notice, Signature
from signatories.states import NoticeKind, SignatureState

PAUSE = timedelta(hours=1)
NEAR = timedelta(hours=24)
WITHDRAWALS_THAT_ALARM, ALARM_STRETCH = 3, timedelta(hours=24)


def remind_coordinators(*, at: datetime) -> int:
    """Tell each coordinator what waits and what closes soon: of signatures at most once an hour and only when there are new
    ones, of a closing once. Returns how many messages were asked for.
    """
    coordinators = User.objects.filter(coordinates__isnull=False, is_active=True).distinct().order_by("pk")
    return sum(_tell_waiting(person, at) + _tell_closing(person, at) for person in coordinators)


@transaction.atomic
def _tell_waiting(person: User, at: datetime) -> int:
    """One message about every letter of this person in which somebody waits, if any of them is new."""
    letters = _letters_that_take(person, at)
    waiting = _waiting(letters)
    notices = {letter.pk: _notice(person, letter, NoticeKind.WAITING) for letter in letters if waiting[letter.pk]}
    new = any(set(waiting[letter]) - set(notice.facts) for letter, notice in notices.items())
    if not new or Notice.objects.filter(person=person, kind=NoticeKind.WAITING, told_at__gt=at - PAUSE).exists():
        return 0
    for letter, notice in notices.items():
        _remember(notice, waiting[letter], at)
    told = [_line(letter, person, waiting) for letter in letters if letter.pk in notices]
    post.send("signatures_waiting", to=person.email, language=person.language, letters=told)
    return 1


@transaction.atomic
def _tell_closing(person: User, at: datetime) -> int:
    """One message about the letters of this person that close within a day and were not named before."""
    letters = [
        letter
        for letter in _letters_that_take(person, at)
        if letter.takes_signatures(at) and letter.closes_at and letter.closes_at <= at + NEAR
    ]
    told = []
    waiting = _waiting(letters)
    for letter in letters:
        notice, facts = _notice(person, letter, NoticeKind.CLOSING), [str(letter.closes_at)]
        if notice.facts != facts:
            _remember(notice, facts, at)
            told.append(_line(letter, person, waiting))
    if told:
        post.send("closing_soon", to=person.email, language=person.language, letters=told)
    return int(bool(told))


def alarm_at_withdrawals(letter: Letter, *, at: datetime) -> None:
    """Tell the letter's coordinators, once, when a third admitted signature is withdrawn within a day."""
    recent = Signature.objects.filter(
        revision__letter=letter,
        state=SignatureState.WITHDRAWN,
        admitted_index__isnull=False,
        withdrawn_at__gt=at - ALARM_STRETCH,
    ).count()
    if recent != WITHDRAWALS_THAT_ALARM:
        return
    for person in User.objects.filter(coordinates__issuer=letter.issuer_id, is_active=True).order_by("pk"):
        title = letter.text("title", person.language)
        post.send(
            "withdrawals", to=person.email, language=person.language, letter=title, slug=letter.slug, count=recent
        )


def _letters_that_take(person: User, at: datetime) -> list[Letter]:
    """Letters of this person that take signatures, in time or late."""
    letters = Letter.objects.of(person).filter(TAKES_SIGNATURES).order_by("pk")
    return [letter for letter in letters if letter.accepts_signatures(at)]


def _waiting(letters: list[Letter]) -> dict[int, list[str]]:
    """Keys of the signatures that wait, by letter."""
    waiting: dict[int, list[str]] = defaultdict(list)
    rows = Signature.objects.filter(revision__letter__in=letters, state=SignatureState.CONFIRMED).order_by("pk")
    for letter, signature in rows.values_list("revision__letter_id", "pk"):
        waiting[letter].append(str(signature))
    return waiting


def _notice(person: User, letter: Letter, kind: NoticeKind) -> Notice:
    """The row that remembers, held so that two clocks do not tell twice."""
    notice, _new = Notice.objects.get_or_create(person=person, letter=letter, kind=kind)
    return hold(Notice, notice.pk, to_change=True)


def _remember(notice: Notice, facts: list[str], at: datetime) -> None:
    notice.facts, notice.told_at = facts, at
    notice.save(update_fields=["facts", "told_at"])


def _line(letter: Letter, person: User, waiting: dict[int, list[str]]) -> dict[str, Any]:
    closes = ""
    if letter.closes_at is not None:
        with override(person.language):
            closes = date_format(timezone.localtime(letter.closes_at), "DATETIME_FORMAT")
    title = letter.text("title", person.language)
    return {"title": title, "slug": letter.slug, "count": len(waiting[letter.pk]), "closes": closes}
