"""The first page of the desk."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaign.base.jobs import JobState
from campaign.base.models import User
from letters.models import Edition, Issuer, Letter
from signatories.models import Signature
from tests.letters.addresses import at

pytestmark = pytest.mark.django_db


def test_a_stranger_is_refused(client: Client, stranger: User):
    client.force_login(stranger)

    assert client.get(at("desk")).status_code == 403


def test_a_reader_is_asked_to_sign_in(client: Client):
    response = client.get(at("desk"))

    assert response.status_code == 302
    assert response["Location"] == f"{at('account_login')}?next=/en/desk/"


def test_outside_a_demonstration_the_desk_asks_for_a_second_factor(desk: Client, settings: Any):
    settings.DEMONSTRATION = False

    assert desk.get(at("desk"))["Location"] == at("mfa_index")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("kk", "Таза ауа туралы ашық хат"),
        ("ru", "Открытое письмо о чистом воздухе"),
        ("en", "Open letter on clean air"),
    ],
)
def test_a_letter_is_listed_in_each_language(desk: Client, draft: Letter, language: str, words: str):
    page = desk.get(at("desk", language=language)).content.decode()

    assert f'<a href="/{language}/desk/letters/clean-air/">{words}</a>' in page


def test_letters_of_other_issuers_are_not_listed(desk: Client, draft: Letter):
    other = Issuer.objects.create(key="other", name_kk="Басқа")
    Letter.objects.filter(pk=draft.pk).update(issuer=other)

    response = desk.get(at("desk"))

    assert response.context["rows"] == []


def test_what_waits_today_is_said_first(desk: Client, confirmed: Callable[..., Any], open_letter: Letter):
    confirmed()
    Letter.objects.filter(pk=open_letter.pk).update(closes_at=timezone.now() + timedelta(days=2))

    response = desk.get(at("desk"))

    assert [row.counts.waiting for row in response.context["waiting"]] == [1]
    assert [row.letter for row in response.context["closing"]] == [open_letter]
    assert "1 signature waits for your decision" in response.content.decode()


def test_parked_editions_are_said(desk: Client, closed_letter: Letter):
    parked = Edition.objects.filter(revision__letter=closed_letter).order_by("pk")[:2]
    Edition.objects.filter(pk__in=[edition.pk for edition in parked]).update(state=JobState.PARKED, reason="disk full")

    page = desk.get(at("desk")).content.decode()

    assert "2 editions could not be printed" in page


def test_an_empty_desk_says_so(desk: Client):
    page = desk.get(at("desk")).content.decode()

    assert "You have no letter yet." in page
    assert "Nothing waits for you." in page


def test_three_letters_take_as_many_queries_as_one(desk: Client, make_draft: Callable[..., Letter]):
    make_draft("one")
    with CaptureQueriesContext(connection) as with_one:
        desk.get(at("desk"))
    make_draft("two")
    make_draft("three")

    with CaptureQueriesContext(connection) as with_three:
        desk.get(at("desk"))

    assert len(with_three) == len(with_one)


@pytest.mark.parametrize(
    ("language", "disputed", "paper"),
    [
        ("kk", "1 қолтаңба дауға түскен", "Қағаздан енгізілген 1 қолтаңба екінші адамды күтуде"),
        ("ru", "1 подпись оспорена", "1 подпись с бумаги ждёт второго человека"),
        ("en", "1 signature is disputed", "1 signature from paper waits for a second person"),
    ],
)
def test_what_is_disputed_or_waits_on_paper_needs_somebody_today(
    desk: Client, admitted: Callable[..., Signature], language: str, disputed: str, paper: str
) -> None:
    Signature.objects.filter(pk=admitted().pk).update(state="on_hold", held_at=timezone.now())
    other = admitted("x@other.example", name="Other", website="https://other.example")
    Signature.objects.filter(pk=other.pk).update(state="started", source="paper")

    page = desk.get(at("desk", language=language)).content.decode()

    assert f">{disputed}</a>" in page
    assert f">{paper}</a>" in page
