"""The register as people read it: what happened to which letter, what is not told yet, what can be recomputed."""

import hashlib
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaign.base import checkpoints, register
from campaign.base.models import RegisterEntry
from letters.models import Letter
from letters.views.register import KIND_NAMES
from signatories.models import Signature
from tests.conftest import NOON, TITLES

pytestmark = pytest.mark.django_db

HOSTILE_PAGES = ["0", "-1", "9" * 30, "9" * 5000, "x", "1.5", "", "٣", "1'--"]


def test_every_kind_of_entry_has_words() -> None:
    assert tuple(KIND_NAMES) == register.ENTRY_KINDS


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_register_tells_what_happened_and_to_which_letter(
    client: Client,
    open_letter: Letter,
    admitted: Callable[..., Signature],
    language: str,
    django_assert_max_num_queries: Any,
) -> None:
    admitted()

    with django_assert_max_num_queries(8):
        html = client.get(f"/{language}/register/").content.decode()

    assert re.findall(rf'href="/{language}/register/(\d+)/"', html) == ["2", "1", "0"]
    assert html.count(TITLES[language]) == 2
    assert register.root().hex() in html
    assert "Verified Organization" not in html


def test_a_letter_that_is_not_published_is_known_by_its_number_alone(client: Client, open_letter: Letter) -> None:
    Letter.objects.update(published_at=None)

    for path in ("/en/register/", "/en/register/0/"):
        html = client.get(path).content.decode()
        assert open_letter.uid in html
        assert TITLES["en"] not in html
        assert "clean-air" not in html


def test_the_clock_alone_lets_the_register_name_a_letter(
    client: Client, open_letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = timezone.now() + timezone.timedelta(hours=1)
    Letter.objects.update(published_at=later)
    assert TITLES["en"] not in client.get("/en/register/").content.decode()

    monkeypatch.setattr("django.utils.timezone.now", lambda: later)

    assert TITLES["en"] in client.get("/en/register/").content.decode()


def test_an_entry_shows_the_text_from_which_its_hash_is_recomputed(client: Client, open_letter: Letter) -> None:
    html = client.get("/en/register/0/").content.decode()

    shown = re.search(r'<code id="leaf" translate="no">(.+?)</code>', html)
    assert shown is not None
    leaf = shown.group(1).replace("&quot;", '"')
    assert leaf.encode() == bytes(RegisterEntry.objects.get(index=0).leaf)
    assert hashlib.sha256(b"\0" + leaf.encode()).hexdigest() in html


@pytest.mark.parametrize("index", ["1", "9" * 30, "9" * 5000])
def test_an_entry_that_does_not_exist_has_no_page(client: Client, open_letter: Letter, index: str) -> None:
    assert client.get(f"/en/register/{index}/").status_code == 404


def test_a_long_register_is_read_page_by_page(
    client: Client, draft: Letter, django_assert_max_num_queries: Any
) -> None:
    for _ in range(51):
        register.append("letter.opened", letter=draft.uid, at=NOON, fingerprint="0" * 64)

    with django_assert_max_num_queries(8):
        newest = client.get("/en/register/").content.decode()
    oldest = client.get("/en/register/?page=2").content.decode()

    assert len(re.findall(r"/en/register/\d+/", newest)) == 50
    assert re.findall(r"/en/register/(\d+)/", oldest) == ["0"]


@pytest.mark.parametrize("page", HOSTILE_PAGES)
@pytest.mark.parametrize("path", ["/en/register/", "/en/letters/"])
def test_a_page_number_that_is_none_shows_a_page_that_exists(
    client: Client, open_letter: Letter, path: str, page: str
) -> None:
    response = client.get(path, {"page": page})

    assert response.status_code == (400 if len(page) > 2000 else 200)


def test_an_empty_register_says_so(client: Client, db: None) -> None:
    assert "The register is empty" in client.get("/en/register/").content.decode()


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_signed_checkpoint_and_its_key_are_shown_also_where_the_private_key_is_on_another_machine(
    client: Client, open_letter: Letter, settings: Any, language: str
) -> None:
    assert "/register/checkpoint" not in client.get(f"/{language}/register/").content.decode()
    point = checkpoints.sign_checkpoint(at=NOON)
    settings.REGISTER_KEY = "/nowhere/register.pem"

    html = client.get(f"/{language}/register/").content.decode()

    assert f'<code id="checkpoint" translate="no">{point.note}</code>' in html
    assert point.key in html
    assert 'href="/register/proof/0"' in client.get(f"/{language}/register/0/").content.decode()
