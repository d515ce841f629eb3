"""What goes into the envelopes besides: cover letters, and copies for a printer that prints on both sides."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.test import Client

from campaign.base.models import User
from letters.models import Edition, Letter, Recipient
from letters.printing.covers import render_covers
from letters.printing.payload import Asked, CoverLetters
from letters.services import edition as editions
from letters.services import letter as letters
from letters.states import RecipientRole
from tests.conftest import NOON, make_office, print_edition
from tests.letters.addresses import at
from tests.letters.printing import verapdf
from tests.letters.printing.conftest import LANGUAGES, run_on

NAMES = {"kk": "Әкім", "ru": "Аким", "en": "Mayor"}
WORDS = {"kk": "Қоса беріледі", "ru": "Приложение", "en": "Enclosed: the letter on 3 pages, edition 7."}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_cover_letter_names_what_it_covers_in_each_language(
    make_payload: Callable[..., Any], language: str, tmp_path: Path
) -> None:
    payload = make_payload(language, asked=(Asked("", (2, 3)),))

    pdf = render_covers(CoverLetters(((payload, 3), (payload, 3))))

    text = " ".join(run_on(pdf, "pdftotext", "{}", "-", folder=tmp_path).split())
    assert WORDS[language] in text
    assert text.count(payload.check_code) >= 2
    assert "2, 3" in text
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert len(document.pages) == 2
    assert (verapdf.failures(pdf, "3a"), verapdf.failures(pdf, "ua1")) == ([], [])


@pytest.fixture
def two_copies(draft: Letter, aigul: User, files: Any, settings: Any, tmp_path: Path) -> Letter:
    """A closed letter whose two copies in English are printed, and no others."""
    settings.DEMONSTRATION, settings.VAR_DIR = True, tmp_path
    Recipient.objects.create(letter=draft, role=RecipientRole.CC, order=2, office=make_office("mayor", NAMES, NAMES))
    letters.open_letter(draft, by=aigul, at=NOON)
    letters.publish_letter(draft, by=aigul, at=NOON)
    letters.close_letter(draft, by=aigul, at=NOON)
    for edition in Edition.objects.filter(language="en", recipient__isnull=False).order_by("pk"):
        print_edition(edition, NOON)
    return draft


@pytest.mark.django_db
def test_each_copy_begins_on_a_right_hand_page(two_copies: Letter) -> None:
    copies = editions.copies_of(two_copies, "en")

    with pikepdf.open(io.BytesIO(editions.for_duplex(copies))) as document:
        assert len(copies) == 2
        assert len(document.pages) == sum((one.pages or 0) + (one.pages or 0) % 2 for one in copies)
        assert {tuple(float(side) for side in page.mediabox) for page in document.pages} == {
            tuple(float(side) for side in document.pages[0].mediabox)
        }


@pytest.mark.django_db
def test_the_desk_offers_them_when_copies_are_printed(two_copies: Letter, client: Client, aigul: User) -> None:
    client.force_login(aigul)
    listed = client.get(at("desk-editions", "clean-air")).content.decode()

    assert at("desk-covers", "clean-air", "en") in listed
    covers = client.get(at("desk-covers", "clean-air", "en"))
    assert (covers.status_code, covers.content[:5]) == (200, b"%PDF-")
    assert client.get(at("desk-duplex", "clean-air", "en")).status_code == 200
    assert client.get(at("desk-duplex", "clean-air", "kk")).status_code == 404
    assert client.get(at("desk-covers", "clean-air", "de")).status_code == 404
