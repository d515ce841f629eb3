"""What the clock does: coordinators are told, letters close, what nobody confirmed is forgotten."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from campaign.base.models import Mail, User
from letters.models import Coordinator, Issuer, Letter
from letters.services import letter as letters
from letters.states import LetterState
from signatories import tasks
from signatories.models import Notice, Signature
from signatories.services import signature as signatures
from signatories.services.notice import remind_coordinators
from tests.conftest import NOON, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.database]
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def told(template: str = "signatures_waiting") -> list[tuple[str, str, int]]:
    """To whom, in which language, and how many wait in the first letter named."""
    mails = Mail.objects.filter(template=template).order_by("pk")
    return [(mail.to, mail.language, mail.context["letters"][0]["count"]) for mail in mails]


def closes(letter: Letter, at: datetime) -> None:
    Letter.objects.filter(pk=letter.pk).update(closes_at=at)


def test_a_waiting_signature_is_told_once(confirmed: Callable[..., Signature]) -> None:
    confirmed()

    for hours in range(5):
        remind_coordinators(at=NOON + hours * HOUR)

    assert told() == [("aigul@example.org", "en", 1)]


def test_new_ones_are_told_within_the_hour_but_not_sooner(confirmed: Callable[..., Signature]) -> None:
    confirmed()
    remind_coordinators(at=NOON)
    confirmed("b@second.example", name="Second Initiative")

    remind_coordinators(at=NOON + 59 * MINUTE)
    assert len(told()) == 1
    remind_coordinators(at=NOON + HOUR)

    assert told() == [("aigul@example.org", "en", 1), ("aigul@example.org", "en", 2)]


def test_one_message_an_hour_whichever_letter_it_is_about(
    confirmed: Callable[..., Signature],
    make_draft: Callable[..., Letter],
    aigul: User,
) -> None:
    first = confirmed()
    remind_coordinators(at=NOON)
    signatures.refuse(first, reason="Not reached.", by=aigul, at=NOON)
    other = make_draft("clean-water")
    letters.open_letter(other, by=aigul, at=NOON)
    Signature.objects.filter(pk=first.pk).update(revision=other.revisions.get(), state="confirmed")

    remind_coordinators(at=NOON + 10 * MINUTE)
    assert len(told()) == 1
    remind_coordinators(at=NOON + 61 * MINUTE)

    assert len(told()) == 2


def test_nobody_is_told_of_what_was_decided_or_of_others_letters(
    confirmed: Callable[..., Signature], aigul: User, stranger: User
) -> None:
    Coordinator.objects.create(user=stranger, issuer=Issuer.objects.create(key="other"))
    signatures.refuse(confirmed(), reason="Not reached.", by=aigul, at=NOON)

    remind_coordinators(at=NOON)

    assert told() == []


def test_each_coordinator_reads_her_own_language(confirmed: Callable[..., Signature], issuer: Issuer) -> None:
    for language in ("kk", "ru"):
        Coordinator.objects.create(user=make_person(f"{language}@example.org", language), issuer=issuer)
    confirmed()

    remind_coordinators(at=NOON)

    titles = {
        mail.language: mail.context["letters"][0]["title"]
        for mail in Mail.objects.filter(template="signatures_waiting")
    }
    assert titles == {
        "kk": "Таза ауа туралы ашық хат",
        "ru": "Открытое письмо о чистом воздухе",
        "en": "Open letter on clean air",
    }


def test_a_closing_within_a_day_is_told_once_and_again_when_it_moves(open_letter: Letter, aigul: User) -> None:
    closes(open_letter, NOON + 25 * HOUR)
    remind_coordinators(at=NOON)
    assert told("closing_soon") == []

    for hours in (1, 2, 3):
        remind_coordinators(at=NOON + hours * HOUR)
    assert told("closing_soon") == [("aigul@example.org", "en", 0)]

    closes(open_letter, NOON + 27 * HOUR)
    remind_coordinators(at=NOON + 4 * HOUR)
    assert len(told("closing_soon")) == 2
    assert Notice.objects.count() == 1


def test_a_closed_letter_tells_nothing(confirmed: Callable[..., Signature], open_letter: Letter) -> None:
    confirmed()
    closes(open_letter, NOON + MINUTE)

    assert remind_coordinators(at=NOON + MINUTE) == 0


def test_the_clock_closes_what_is_due_and_nothing_else(
    open_letter: Letter, make_draft: Callable[..., Letter], aigul: User
) -> None:
    other = make_draft("later")
    letters.open_letter(other, by=aigul, at=NOON)
    closes(open_letter, NOON)

    tasks.close_due_letters()
    tasks.close_due_letters()

    states = dict(Letter.objects.values_list("slug", "state"))
    assert states == {"clean-air": LetterState.CLOSED, "later": LetterState.OPEN}


def test_the_clock_forgets_and_reminds(start: Callable[..., Signature], confirmed: Callable[..., Signature]) -> None:
    old = NOON - timedelta(days=30)
    start("old@one.example", name="Old One", at=old)
    kept = confirmed()

    tasks.forget_unconfirmed()
    tasks.remind_coordinators()

    assert list(Signature.objects.all()) == [kept]
    assert len(told()) == 1
