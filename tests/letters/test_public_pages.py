"""What everybody may read: the list, a letter, its PDF, the check of a code."""

import gzip
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from campaign import middleware
from campaign.base.jobs import JobState
from campaign.base.models import PublicState, User
from letters.models import Edition, Letter
from letters.services import letter as letters
from signatories.models import Signature
from tests.conftest import NOON, TITLES

pytestmark = pytest.mark.django_db

PUBLIC = {"kk": "/kk/letters/clean-air/", "ru": "/ru/letters/clean-air/", "en": "/en/letters/clean-air/"}


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_letter_is_read_in_each_language_with_its_demands_notes_and_names(
    client: Client, open_letter: Letter, admitted: Callable[..., Signature], language: str
) -> None:
    admitted()

    html = page(client, PUBLIC[language])

    assert f'<html lang="{language}">' in html
    assert f"<h1>{TITLES[language]}</h1>" in html
    assert 'id="demand-2"' in html
    assert '<ol class="signatories">\n<li>Verified Organization<span class="place">' in html
    for other in PUBLIC:
        assert f'hreflang="{other}" href="{django_settings.SITE_URL}{PUBLIC[other]}"' in html
    assert f'<link rel="canonical" href="{django_settings.SITE_URL}{PUBLIC[language]}">' in html


def test_names_stand_in_the_order_of_the_kazakh_alphabet(
    client: Client, open_letter: Letter, admitted: Callable[..., Signature]
) -> None:
    for number, name in enumerate(["Үміт", "Ұлан", "Іле", "Аңсар", "Әділет", "Қорған", "Желі"]):
        admitted(
            f"a@n{number}.example",
            website=f"https://n{number}.example",
            names={"kk": name, "ru": "", "en": ""},
            original_language="kk",
        )

    listed = re.findall(r"<li>(\w+)<span", page(client, PUBLIC["kk"]))

    assert listed == ["Аңсар", "Әділет", "Желі", "Қорған", "Ұлан", "Үміт", "Іле"]


@pytest.mark.parametrize("state", ["draft", "unpublished", "embargoed"])
def test_before_publication_there_is_no_such_letter(client: Client, draft: Letter, aigul: User, state: str) -> None:
    if state != "draft":
        letters.open_letter(draft, by=aigul, at=NOON)
    if state == "embargoed":
        letters.publish_letter(draft, by=aigul, at=NOON, publish_at=timezone.now() + timedelta(hours=1))

    assert client.get(PUBLIC["kk"]).status_code == 404
    assert TITLES["kk"] not in page(client, "/kk/")


def test_an_invitation_shows_the_text_but_no_names_before_publication(
    client: Client, open_letter: Letter, admitted: Callable[..., Signature]
) -> None:
    admitted()
    Letter.objects.update(published_at=None)

    response = client.get(f"/en/invitation/{open_letter.invitation_token}/")

    html = response.content.decode()
    assert TITLES["en"] in html
    assert "Verified Organization" not in html
    assert response["Cache-Control"] == "no-store"
    assert client.get("/en/invitation/another-token/").status_code == 404


def test_after_publication_the_invitation_leads_to_the_public_page(client: Client, open_letter: Letter) -> None:
    response = client.get(f"/ru/invitation/{open_letter.invitation_token}/")

    assert (response.status_code, response["Location"]) == (302, PUBLIC["ru"])


def test_a_withdrawn_signature_leaves_a_dated_line(
    client: Client, open_letter: Letter, admitted: Callable[..., Signature]
) -> None:
    from signatories.services import signature as signatures

    signature = admitted()
    signatures.withdraw(signature, by=signature.person, at=timezone.now())  # type: ignore[arg-type]

    html = page(client, PUBLIC["en"])
    assert "Withdrawn and disputed signatures" in html
    assert "<li>Verified Organization <small>" in html
    assert '<ol class="signatories">' not in html


def test_past_its_closing_time_a_letter_shows_as_closed_before_anybody_presses(
    client: Client, open_letter: Letter
) -> None:
    Letter.objects.update(closes_at=timezone.now() - timedelta(minutes=1))

    html = page(client, PUBLIC["en"])
    assert "Sign for an organization" not in html
    assert "closed" in html


@pytest.mark.parametrize("names", [1, 26])
def test_a_letter_page_takes_at_most_eight_queries_however_many_names(
    client: Client,
    open_letter: Letter,
    admitted: Callable[..., Signature],
    django_assert_max_num_queries: Any,
    names: int,
) -> None:
    for number in range(names):
        admitted(f"a@n{number}.example", name=f"Organization Number {number}", website=f"https://n{number}.example")
    middleware.forget_pages()

    with django_assert_max_num_queries(8):
        html = page(client, PUBLIC["kk"])

    assert html.count("Organization Number") == names
    sent = client.get(PUBLIC["kk"], headers={"accept-encoding": "gzip"})
    compressed = sent.content
    assert int(sent["Content-Length"]) == len(compressed) < 40_000
    assert gzip.decompress(compressed).decode() == html
    assert html.count('rel="stylesheet"') == 1
    assert "@font-face" not in html


def test_a_page_from_memory_takes_one_query_and_dies_with_the_change(
    client: Client,
    open_letter: Letter,
    confirmed: Callable[..., Signature],
    aigul: User,
    django_assert_num_queries: Any,
) -> None:
    from signatories.services import signature as signatures
    from tests.conftest import record_enough

    signature = confirmed()
    record_enough(signature, by=aigul)
    before = client.get(PUBLIC["en"])
    with django_assert_num_queries(1):
        again = client.get(PUBLIC["en"])
    assert again.content == before.content

    signatures.admit(signature, by=aigul, at=NOON)

    assert "Unverified Initiative" in page(client, PUBLIC["en"])
    assert client.get(PUBLIC["en"], headers={"if-none-match": before["ETag"]}).status_code == 200


def test_an_unchanged_page_is_not_sent_again(client: Client, open_letter: Letter) -> None:
    first = client.get(PUBLIC["en"])

    second = client.get(PUBLIC["en"], headers={"if-none-match": first["ETag"]})

    assert (second.status_code, second.content) == (304, b"")
    assert second["Vary"] == "Accept-Encoding, Cookie"


def test_a_signed_in_person_never_gets_a_stored_page_and_stores_none(
    open_letter: Letter, stranger: User, signed_in: Callable[[User], Client]
) -> None:
    anonymous = Client()
    page(anonymous, PUBLIC["en"])

    response = signed_in(stranger).get(PUBLIC["en"])

    assert "Sign out" in response.content.decode()
    assert response["Cache-Control"] == "no-store"
    assert "Sign out" not in page(anonymous, PUBLIC["en"])


def test_a_stored_page_dies_when_the_clock_closes_the_letter(
    client: Client, open_letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    closes = timezone.now() + timedelta(seconds=30)
    Letter.objects.update(closes_at=closes)
    assert "Sign for an organization" in page(client, PUBLIC["en"])

    monkeypatch.setattr("django.utils.timezone.now", lambda: closes + timedelta(seconds=1))

    assert "Sign for an organization" not in page(client, PUBLIC["en"])


def test_the_home_page_lists_the_newest_first_with_the_same_number_of_queries(
    client: Client, make_draft: Callable[..., Letter], aigul: User, django_assert_num_queries: Any
) -> None:
    for number in range(3):
        letter = make_draft(f"letter-{number}")
        letters.open_letter(letter, by=aigul, at=NOON)
        letters.publish_letter(letter, by=aigul, at=NOON + timedelta(minutes=number))

    with django_assert_num_queries(5):
        html = page(client, "/en/")

    assert re.findall(r'href="/en/letters/(letter-\d)/"', html) == ["letter-2", "letter-1", "letter-0"]


@pytest.mark.parametrize(
    ("asked", "language"), [("ru-RU,ru;q=0.9", "ru"), ("kk,en;q=0.5", "kk"), ("en-US", "en"), ("de", "kk"), ("", "kk")]
)
def test_the_root_leads_to_the_language_that_the_browser_asks_for(client: Client, asked: str, language: str) -> None:
    response = client.get("/", headers={"accept-language": asked})

    assert (response.status_code, response["Location"]) == (302, f"/{language}/")
    assert "Accept-Language" in response["Vary"]


def test_kz_is_a_country_and_leads_to_kazakh(client: Client) -> None:
    response = client.get("/kz/letters/clean-air/?a=1")

    assert (response.status_code, response["Location"]) == (301, "/kk/letters/clean-air/?a=1")


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_code_from_paper_is_answered_in_the_readers_language(
    client: Client, open_letter: Letter, language: str
) -> None:
    code = open_letter.revisions.get().check_code

    short = client.get(f"/v/{code}/", headers={"accept-language": language})
    assert short["Location"] == f"/{language}/verify/{code}/"
    assert TITLES[language] in page(client, short["Location"])

    typed = client.get(f"/{language}/verify/", {"code": f" {code.upper()} "})
    assert typed["Location"] == f"/{language}/verify/{code}/"


@pytest.mark.parametrize("code", ["0000-0000-0000", "zzz", "%", "'; drop", "١٢٣٤٥٦٧٨٩٠١٢"])
def test_a_code_that_nobody_printed_is_named_so(client: Client, open_letter: Letter, code: str) -> None:
    response = client.get("/en/verify/", {"code": code}, follow=True)

    assert response.status_code == 404
    assert "No published letter has this code." in response.content.decode()


def test_the_public_edition_is_there_once_it_is_printed(client: Client, closed_letter: Letter, files: Any) -> None:
    assert client.get("/kk/letters/clean-air/letter.pdf").status_code == 404
    edition = Edition.objects.get(recipient=None, language="kk")
    edition.file.save("editions/x.pdf", ContentFile(b"%PDF-"), save=False)
    Edition.objects.filter(pk=edition.pk).update(
        state=JobState.DONE, file=edition.file.name, sha256="0" * 64, size=5, pages=1
    )

    response = client.get("/kk/letters/clean-air/letter.pdf")

    assert (response.status_code, response["Content-Type"], response.content) == (200, "application/pdf", b"%PDF-")
    assert client.get("/ru/letters/clean-air/letter.pdf").status_code == 404


def test_the_public_state_is_one_number_for_all_processes(db: None) -> None:
    assert PublicState.objects.count() == 1
