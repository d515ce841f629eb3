"""The two pages of plain words."""

import re

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["about", "privacy"])
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_they_are_the_same_for_everybody_and_name_whom_to_ask(client: Client, language: str, name: str) -> None:
    response = client.get(f"/{language}/{name}/")

    assert response.status_code == 200
    assert response["Cache-Control"] == "no-cache"
    assert 'href="mailto:letters@example.org"' in response.content.decode()


@pytest.mark.parametrize(("name", "most"), [("about", 420), ("privacy", 720)])  # the latter for five kinds of people
def test_they_are_short_enough_to_be_read(client: Client, name: str, most: int) -> None:
    main = client.get(f"/en/{name}/").content.decode().partition('id="main"')[2].partition("</main>")[0]

    assert 250 <= len(re.sub(r"<[^>]+>", " ", main).split()) <= most
