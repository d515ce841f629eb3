"""What stands in the letterhead is frozen with the text."""

import json

import pytest
from django.test import Client
from django.utils import timezone

from campaign.base import freshness
from letters.models import Issuer, Letter
from letters.printing.payload import Payload
from letters.services import edition as editions
from letters.services import letter as letters
from letters.services.freeze import issuer_form

pytestmark = pytest.mark.django_db


def test_a_later_change_of_the_issuer_reaches_neither_page_nor_print(client: Client, open_letter: Letter) -> None:
    Issuer.objects.update(name_en="Another Name", phone="+7 700 000 00 00")
    freshness.raise_version()
    letters.close_letter(Letter.objects.get(), by=None, at=timezone.now())

    html = client.get("/en/letters/clean-air/").content.decode()
    payload = Payload.from_json(editions.editions_of(open_letter, language="en")[0].payload)

    assert ("Example Foundation" in html, "Another Name" in html) == (True, False)
    assert (payload.issuer.name, payload.issuer.phone) == ("Example Foundation", "+7 727 000 00 00")


def test_the_fingerprint_stands_for_the_issuer_too(open_letter: Letter, issuer: Issuer) -> None:
    assert json.loads(open_letter.revisions.get().canonical)["issuer"] == issuer_form(issuer)


def test_a_draft_shows_the_issuer_as_it_is_now(draft: Letter) -> None:
    Issuer.objects.update(name_en="Another Name")

    payload = editions.draft_payload(Letter.objects.get(), "en", None, at=timezone.now())

    assert payload.issuer.name == "Another Name"
