"""A preview of any PDF at any time, printed outside of the web process."""

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.test import Client

from letters.models import Issuer, Letter, Office, Recipient
from letters.printing import alone
from letters.services import preview
from tests.letters.addresses import at
from tests.letters.printing.conftest import run_on
from tests.letters.test_desk_drafts import typed

pytestmark = pytest.mark.django_db


def said(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_a_draft_is_printed_for_a_recipient(desk: Client, draft: Letter):
    recipient = draft.recipients.get()

    response = desk.get(at("desk-preview", "clean-air", "ru"), {"recipient": recipient.pk})

    assert response["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(response.content)) as pdf:
        assert str(pdf.Root.Lang)[:2] == "ru"
        assert "/AcroForm" not in pdf.Root  # nobody signs a preview


def test_the_web_process_never_loads_the_printing_engine(db: None):
    code = "import django; django.setup(); import campaign.urls, sys; print('weasyprint' in sys.modules)"

    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=_environment()
    )

    assert loaded.stdout.strip() == "False"


def _environment() -> dict[str, str]:
    import os

    return {**os.environ, "DJANGO_SETTINGS_MODULE": "campaign.settings"}


def test_a_language_without_text_has_no_preview(desk: Client, draft: Letter):
    Letter.objects.update(body_ru="")

    response = desk.get(at("desk-preview", "clean-air", "ru"), follow=True)

    assert said(response) == ["The preview was not made: the letter has no title or no text in Русский yet."]


def test_a_preview_that_fails_gives_a_sentence(desk: Client, draft: Letter, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(alone.sys, "executable", "/bin/false")

    response = desk.get(at("desk-preview", "clean-air", "en"), follow=True)

    assert said(response)[0].startswith("The preview was not made: the text could not be printed.")


def test_a_preview_that_takes_too_long_gives_a_sentence(desk: Client, draft: Letter, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(preview, "LONGEST", 0.01)

    response = desk.get(at("desk-preview", "clean-air", "en"), follow=True)

    assert said(response) == ["The preview was not made: it took more than 0.01 seconds. Try again in a minute."]


def test_a_third_preview_at_once_waits_and_then_gives_up(desk: Client, draft: Letter, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(preview, "PATIENCE", 0.01)
    with preview._turns, preview._turns:
        response = desk.get(at("desk-preview", "clean-air", "en"), follow=True)

    assert said(response)[0].startswith("The preview was not made: others are being made")


@pytest.mark.parametrize("asked", ["0", "x", "-1", "٣", "9" * 30])
def test_a_recipient_that_is_not_in_the_letter_is_not_there(desk: Client, draft: Letter, asked: str):
    assert desk.get(at("desk-preview", "clean-air", "en"), {"recipient": asked}).status_code == 404


def test_a_recipient_of_another_letter_is_not_there(desk: Client, draft: Letter, president: Office):
    other = Letter.objects.create(slug="other", issuer=Issuer.objects.create(key="other"), original_language="en")
    foreign = Recipient.objects.create(letter=other, office=president, role="cc", order=1)

    assert desk.get(at("desk-preview", "clean-air", "en"), {"recipient": foreign.pk}).status_code == 404


def test_a_fourth_language_is_not_there(desk: Client, draft: Letter):
    assert desk.get(at("desk-preview", "clean-air", "de")).status_code == 404


@pytest.mark.parametrize(
    ("language", "words"),
    [("kk", "Таза ауа туралы ашық хат"), ("ru", "просим чистого воздуха"), ("en", "This is a draft as the public")],
)
def test_the_page_of_a_draft_is_shown_as_the_public_would_read_it(
    desk: Client, draft: Letter, language: str, words: str
) -> None:
    page = desk.get(f"/{language}/desk/letters/clean-air/preview/").content.decode()

    assert words in page
    assert 'name="robots" content="noindex"' in page
    assert Client().get(f"/{language}/letters/clean-air/").status_code == 404


def test_an_open_letter_needs_no_preview_of_its_page(desk: Client, open_letter: Letter) -> None:
    assert desk.get("/en/desk/letters/clean-air/preview/").status_code == 302


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_what_is_typed_is_seen_as_page_and_pdf_and_not_saved(
    desk: Client, draft: Letter, language: str, tmp_path: Path
) -> None:
    words = {"kk": "Мүлде басқа тақырып", "ru": "Совсем другое название", "en": "Quite another title"}[language]
    whole = typed(draft.issuer, slug="clean-air", **{f"title_{language}": words})

    page = desk.post(at("desk-page-preview", "clean-air"), {**whole, "in": language})
    pdf = desk.post(at("desk-preview", "clean-air", language), whole)

    assert (page.status_code, pdf.status_code) == (200, 200)
    assert f"<h1>{words}</h1>" in page.content.decode()
    assert words in " ".join(run_on(pdf.content, "pdftotext", "{}", "-", folder=tmp_path).split())
    assert Letter.objects.get(pk=draft.pk).text("title", language) != words


def test_what_cannot_be_shown_comes_back_with_everything_that_was_typed(desk: Client, draft: Letter) -> None:
    whole = typed(draft.issuer, slug="no such address!", body_kk="<b>қате</b>", title_ru="Название")

    for address in (at("desk-page-preview", "clean-air"), at("desk-preview", "clean-air", "kk")):
        answer = desk.post(address, whole)

        assert answer.status_code == 422
        assert answer.context["form"]["title_ru"].value() == "Название"
        assert answer.context["form"]["body_kk"].value() == "<b>қате</b>"
        assert set(answer.context["form"].errors) == {"slug"}
