"""The recipients of a draft at the desk."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from letters.models import Issuer, Letter, Office, Recipient
from tests.conftest import in_three, make_office
from tests.letters.addresses import at

pytestmark = pytest.mark.django_db

NAMES = {"kk": "Әкім", "ru": "Аким", "en": "Mayor"}


@pytest.fixture
def mayor(db: None) -> Office:
    """A second office."""
    return make_office("mayor", NAMES, NAMES)


def keys(letter: Letter) -> list[str]:
    return [recipient.office.key for recipient in letter.recipients.order_by("order")]


def add(desk: Client, office: Office, **fields: Any) -> Any:
    return desk.post(at("desk-recipient-new", "clean-air"), {"office": office.pk, "role": "cc"} | fields)


def test_an_office_is_added_with_its_holder_and_group(desk: Client, draft: Letter, mayor: Office):
    group = {"kk": "Әкімдер", "ru": "Акимы", "en": "Mayors"}

    response = add(desk, mayor, **in_three("group", group), **in_three("holder_name", NAMES))

    added = draft.recipients.get(office=mayor)
    assert response["Location"] == at("desk-recipients", "clean-air")
    assert (added.role, added.order, added.group_ru, added.holder_name_kk) == ("cc", 2, "Акимы", "Әкім")


def test_an_office_is_not_offered_twice(desk: Client, draft: Letter, president: Office):
    response = add(desk, president)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["office"]
    assert keys(draft) == ["president"]


def test_only_offices_that_exist_on_the_day_of_the_letter_are_offered(desk: Client, draft: Letter, mayor: Office):
    Office.objects.filter(pk=mayor.pk).update(valid_to="2020-01-01")

    page = desk.get(at("desk-recipient-new", "clean-air")).content.decode()

    assert "Mayor" not in page


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_recipients_are_listed_in_each_language(desk: Client, draft: Letter, mayor: Office, language: str):
    add(desk, mayor)

    response = desk.get(at("desk-recipients", "clean-air", language=language))

    assert [row.name for row in response.context["rows"]][1] == NAMES[language]


def test_a_recipient_moves_up_and_down_again(desk: Client, draft: Letter, mayor: Office):
    add(desk, mayor)
    second = draft.recipients.get(office=mayor)

    desk.post(at("desk-recipient-move", "clean-air", second.pk), {"to": "up"})
    assert keys(draft) == ["mayor", "president"]
    desk.post(at("desk-recipient-move", "clean-air", second.pk), {"to": "down"})
    assert keys(draft) == ["president", "mayor"]


def test_the_first_recipient_stays_first(desk: Client, draft: Letter, mayor: Office, president: Office):
    add(desk, mayor)

    desk.post(at("desk-recipient-move", "clean-air", draft.recipients.get(office=president).pk), {"to": "up"})

    assert keys(draft) == ["president", "mayor"]


def test_a_recipient_is_changed_and_removed(desk: Client, draft: Letter, mayor: Office):
    add(desk, mayor)
    recipient = draft.recipients.get(office=mayor)

    desk.post(at("desk-recipient", "clean-air", recipient.pk), {"role": "to", "holder_name_en": "A. Mayor"})
    recipient.refresh_from_db()
    assert (recipient.role, recipient.holder_name_en) == ("to", "A. Mayor")

    desk.post(at("desk-recipient-remove", "clean-air", recipient.pk))
    assert keys(draft) == ["president"]


def test_a_recipient_of_an_open_letter_stays(desk: Client, open_letter: Letter):
    recipient = open_letter.recipients.get()

    for name in ("desk-recipient", "desk-recipient-move", "desk-recipient-remove"):
        response = desk.post(at(name, "clean-air", recipient.pk), {"role": "cc"}, follow=True)
        (said,) = response.context["messages"]
        assert str(said).startswith("Nothing was changed: the letter was opened")

    assert Recipient.objects.get().role == "to"


def test_a_recipient_of_another_letter_is_not_there(desk: Client, draft: Letter, mayor: Office):
    other = Letter.objects.create(slug="other", issuer=Issuer.objects.create(key="other"), original_language="en")
    foreign = Recipient.objects.create(letter=other, office=mayor, role="cc", order=1)

    assert desk.get(at("desk-recipient", "clean-air", foreign.pk)).status_code == 404
    assert desk.post(at("desk-recipient-remove", "clean-air", foreign.pk)).status_code == 404
    assert desk.post(at("desk-recipient-remove", "other", foreign.pk)).status_code == 404


def test_three_recipients_take_as_many_queries_as_one(desk: Client, draft: Letter, mayor: Office):
    with CaptureQueriesContext(connection) as with_one:
        desk.get(at("desk-recipients", "clean-air"))
    add(desk, mayor)
    add(desk, make_office("minister", NAMES, NAMES))

    desk.get(at("desk-recipients", "clean-air"))  # takes the messages away
    with CaptureQueriesContext(connection) as with_three:
        desk.get(at("desk-recipients", "clean-air"))

    assert len(with_three) == len(with_one)
