"""Demands are read from the text, and addressed to recipients."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from campaign.base.models import JournalEntry, User
from letters.errors import TextIsFixed
from letters.models import Edition, Letter, Office, Recipient, Revision
from letters.printing.payload import Asked, Payload
from letters.services import letter as letters
from letters.services.demand import address_demands
from letters.services.erratum import correct_letter
from letters.states import RecipientRole
from tests.conftest import BODIES, NOON, SUMMARIES, TITLES, in_three, make_office
from tests.letters.addresses import at

pytestmark = pytest.mark.django_db

NAMES = {"kk": "Әкім", "ru": "Аким", "en": "Mayor"}


@pytest.fixture
def mayor(draft: Letter) -> Recipient:
    """A second recipient, who gets a copy."""
    office: Office = make_office("mayor", NAMES, NAMES)
    return Recipient.objects.create(letter=draft, role=RecipientRole.CC, order=2, office=office)


@pytest.fixture
def addressed(draft: Letter, mayor: Recipient, aigul: User) -> Letter:
    """An open letter whose second demand is the mayor's."""
    address_demands(draft, {2: [mayor.pk]}, by=aigul, at=NOON)
    letters.open_letter(draft, by=aigul, at=NOON)
    letters.publish_letter(draft, by=aigul, at=NOON)
    return draft


def test_the_desk_says_to_whom_each_demand_is_addressed(desk: Client, draft: Letter, mayor: Recipient) -> None:
    page = desk.get(at("desk-demands", "clean-air")).content.decode()
    assert "1. Measure the air;" in page

    answer = desk.post(at("desk-demands", "clean-air"), {"demand_2": [mayor.pk]})

    assert answer.status_code == 302
    assert [demand.number for demand in mayor.demands.all()] == [2]
    assert JournalEntry.objects.filter(action="letter.demands_addressed").count() == 1


def test_somebody_elses_recipient_is_refused_and_nothing_is_lost(
    desk: Client, draft: Letter, mayor: Recipient, make_draft: Callable[..., Letter]
) -> None:
    other = make_draft("other").recipients.get()

    answer = desk.post(at("desk-demands", "clean-air"), {"demand_1": [mayor.pk], "demand_2": [other.pk]})

    assert answer.status_code == 422
    assert not mayor.demands.exists()
    assert f'value="{mayor.pk}"' in answer.content.decode()


def test_a_change_of_the_text_keeps_what_was_addressed(draft: Letter, mayor: Recipient, aigul: User) -> None:
    address_demands(draft, {2: [mayor.pk]}, by=aigul, at=NOON)

    columns = {"body_en": BODIES["en"].replace("Publish", "Show")}
    letters.change_draft(draft, columns, version=draft.version, by=aigul, at=NOON)

    demand = draft.demands.get(number=2)
    assert demand.text_en == "Show the data."
    assert list(demand.recipients.all()) == [mayor]


def test_opening_freezes_it_under_the_fingerprint(addressed: Letter, mayor: Recipient, aigul: User) -> None:
    form = json.loads(addressed.current_revision().canonical)

    assert form["demands"] == {"mayor": [2]}
    with pytest.raises(TextIsFixed):
        address_demands(addressed, {1: [mayor.pk]}, by=aigul, at=NOON)


def test_a_letter_that_addresses_nothing_has_the_form_of_before(open_letter: Letter) -> None:
    assert "demands" not in json.loads(open_letter.current_revision().canonical)


def test_a_correction_with_fewer_demands_asks_nobody_for_what_is_gone(addressed: Letter, aigul: User) -> None:
    second = {"kk": ";\n2. деректі жариялау.", "ru": ";\n2. публиковать данные.", "en": ";\n2. Publish the data."}
    bodies = {language: text.replace(second[language], ".") for language, text in BODIES.items()}
    columns = {**in_three("title", TITLES), **in_three("summary", SUMMARIES), **in_three("body", bodies)}
    before: Revision = addressed.current_revision()

    after = correct_letter(addressed, columns, TITLES, fingerprint=before.fingerprint, by=aigul, at=NOON)

    assert json.loads(after.canonical)["demands"] == {}
    assert addressed.demands.count() == 1


def test_each_copy_says_what_is_asked_of_its_office(addressed: Letter, aigul: User, client: Client) -> None:
    letters.close_letter(addressed, by=aigul, at=NOON)

    def asked(**office: Any) -> tuple[Asked, ...]:
        return Payload.from_json(Edition.objects.get(language="en", **office).payload).asked

    assert asked(recipient__office__key="mayor") == (Asked("", (2,)),)
    assert asked(recipient__office__key="president") == ()
    assert asked(recipient=None) == (Asked("Mayor", (2,)),)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("kk", "Талаптар кімге арналған"),
        ("ru", "Кому адресованы требования"),
        ("en", "To whom the demands are addressed"),
    ],
)
def test_the_page_says_it_in_each_language(addressed: Letter, client: Client, language: str, words: str) -> None:
    page = client.get(f"/{language}/letters/clean-air/").content.decode()

    assert words in page
    assert f"{NAMES[language]}: 2" in page
