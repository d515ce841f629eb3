"""Address labels for the envelopes of a letter."""

import io
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.test import Client

from letters.models import Letter
from letters.printing.labels import render_labels
from letters.printing.payload import LabelSheet
from tests.letters.addresses import at
from tests.letters.printing import verapdf
from tests.letters.printing.conftest import run_on

BLOCK = (
    "Қазақстан Республикасының",
    "Ішкі істер министріне",
    "Е. Үлгі мырзаға",
    "Тәуелсіздік даңғылы, 1",
    "010000, Астана қ.",
)


def sheet(count: int, language: str = "kk") -> LabelSheet:
    return LabelSheet(language, "Ашық хат", tuple((f"{number}-орган", *BLOCK[1:]) for number in range(count)))


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (14, 1), (15, 2), (40, 3)])
def test_fourteen_labels_stand_on_a_page(count: int, pages: int, tmp_path: Path) -> None:
    pdf = render_labels(sheet(count))

    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert len(document.pages) == pages
    assert run_on(pdf, "pdftotext", "-l", "1", "{}", "-", folder=tmp_path).count("-орган") == min(count, 14)


def test_every_line_of_every_block_is_printed_and_the_sheet_is_accessible(tmp_path: Path) -> None:
    long = tuple(f"{number}. {'Өте ұзын атау ' * 4}".strip() for number in range(8))
    pdf = render_labels(LabelSheet("kk", "Ашық хат", (BLOCK, long)))

    text = " ".join(run_on(pdf, "pdftotext", "-layout", "{}", "-", folder=tmp_path).split())
    assert all(line in text for line in BLOCK)
    assert "7. Өте ұзын атау" in text
    assert (verapdf.failures(pdf, "3a"), verapdf.failures(pdf, "ua1")) == ([], [])


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_desk_prints_the_recipients_of_a_letter(
    desk: Client, closed_letter: Letter, tmp_path: Path, language: str
) -> None:
    answer = desk.get(at("desk-labels", "clean-air", language))

    text = " ".join(run_on(answer.content, "pdftotext", "{}", "-", folder=tmp_path).split())
    block: Any = closed_letter.recipients.get().block_in(language)
    assert answer["Content-Type"] == "application/pdf"
    assert all(line in text for line in block["lines"])
    assert at("desk-labels", "clean-air", language) in desk.get(at("desk-editions", "clean-air")).content.decode()


@pytest.mark.django_db
def test_a_letter_without_recipients_or_another_language_has_no_labels(desk: Client, draft: Letter) -> None:
    assert desk.get(at("desk-labels", "clean-air", "de")).status_code == 404
    draft.recipients.all().delete()
    assert desk.get(at("desk-labels", "clean-air", "kk")).status_code == 404
    assert "labels" not in desk.get(at("desk-editions", "clean-air")).content.decode()
