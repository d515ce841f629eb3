"""All letters page by page, and the names under one of them."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from campaign.base.models import User
from letters.models import Letter, SignatoryList
from letters.services import letter as letters
from signatories.models import Signature
from signatories.services import signature as signatures
from tests.conftest import NOON, TITLES

pytestmark = pytest.mark.django_db

SIGNATORIES = {language: f"/{language}/letters/clean-air/signatories/" for language in ("kk", "ru", "en")}


@pytest.fixture
def many(make_draft: Callable[..., Letter], aigul: User) -> None:
    """21 published letters."""
    for number in range(21):
        letter = make_draft(f"letter-{number}")
        letters.open_letter(letter, by=aigul, at=NOON)
        letters.publish_letter(letter, by=aigul, at=NOON)


def test_the_first_page_shows_ten_letters_and_the_list_all_of_them(
    client: Client, many: None, django_assert_max_num_queries: Any
) -> None:
    home = client.get("/en/").content.decode()
    with django_assert_max_num_queries(8):
        first = client.get("/en/letters/").content.decode()
    second = client.get("/en/letters/?page=2").content.decode()

    assert [len(re.findall(r'<h2><a href="/en/letters/', html)) for html in (home, first, second)] == [10, 20, 1]
    assert '<a href="/en/letters/">All letters</a>' in home
    assert 'rel="next" href="?page=2"' in first
    assert 'content="noindex, follow"' in second


def test_with_few_letters_the_first_page_shows_all(client: Client, open_letter: Letter) -> None:
    assert "All letters" not in client.get("/en/").content.decode()


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_list_of_names_is_there_in_each_language(
    client: Client, admitted: Callable[..., Signature], language: str, django_assert_max_num_queries: Any
) -> None:
    organization = admitted().organization

    with django_assert_max_num_queries(8):
        html = client.get(SIGNATORIES[language]).content.decode()

    assert f'<li><a href="/{language}/organizations/{organization.slug}/">Verified Organization</a>' in html
    assert TITLES[language] in html


def test_the_number_of_names_is_honest_about_the_state(
    client: Client, open_letter: Letter, admitted: Callable[..., Signature], aigul: User
) -> None:
    signature = admitted()
    assert "this number can grow" in client.get(SIGNATORIES["en"]).content.decode()

    letters.close_letter(open_letter, by=aigul, at=NOON)
    signatures.withdraw(signature, by=User.objects.get(email=signature.email), at=NOON)
    html = client.get(SIGNATORIES["en"]).content.decode()

    assert "closed on 20 November 2026 with 1 organization." in html
    assert SignatoryList.objects.get().fingerprint in html
    assert "<span>0 organizations</span>" in html
    assert "<li>Verified Organization <small>20 November 2026</small></li>" in html


def test_names_under_a_letter_that_is_not_published_are_no_page(
    client: Client, open_letter: Letter, admitted: Callable[..., Signature]
) -> None:
    admitted()
    Letter.objects.update(published_at=None)

    assert client.get(SIGNATORIES["en"]).status_code == 404
