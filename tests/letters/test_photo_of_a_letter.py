"""Who holds a letter on paper takes a photograph of its QR code: no script, no typing."""

import io
import subprocess
from pathlib import Path
from typing import Any

import pytest
import segno
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation
from PIL import Image, ImageFilter

from letters import photo
from letters.services.checking import Answer
from tests.conftest import TITLES, Printed

pytestmark = pytest.mark.django_db


def photographed(pdf: bytes, folder: Path, *, page: int = 1) -> Image.Image:
    """The page as a phone sees it: a little turned, a little blurred, on a table."""
    (folder / "letter.pdf").write_bytes(pdf)
    command = ["pdftoppm", "-r", "150", "-f", str(page), "-l", str(page), "-png", "-singlefile", "letter.pdf", "page"]
    subprocess.run(command, cwd=folder, check=True)
    with Image.open(folder / "page.png") as paper:
        table = paper.convert("RGB").rotate(7, expand=True, fillcolor=(94, 72, 50), resample=Image.Resampling.BICUBIC)
    return table.filter(ImageFilter.GaussianBlur(0.8))


def as_file(picture: Image.Image, kind: str = "JPEG") -> bytes:
    memory = io.BytesIO()
    picture.save(memory, kind)
    return memory.getvalue()


def code_of(text: str) -> bytes:
    memory = io.BytesIO()
    segno.make(text, micro=False).save(memory, kind="png", scale=8)
    return memory.getvalue()


def sent(client: Client, content: bytes, language: str = "en", name: str = "photo.jpg") -> Any:
    return client.post(f"/{language}/verify/", {"photo": SimpleUploadedFile(name, content)}, follow=True)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_photograph_of_the_printed_page_leads_to_its_letter(
    client: Client, printed: Printed, language: str, tmp_path: Path
) -> None:
    answer = sent(client, as_file(photographed(printed.pdf, tmp_path)), language)

    assert answer.redirect_chain[-1][0] == f"/{language}/verify/{printed.edition.revision.check_code}/"
    with translation.override(language):
        assert str(Answer.CODE_KNOWN.words) in answer.content.decode()
    assert TITLES[language] in answer.content.decode()


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_kinds_of_pictures_are_read_as_well(printed: Printed, kind: str, tmp_path: Path) -> None:
    (address,) = photo.codes_on(as_file(photographed(printed.pdf, tmp_path), kind))

    assert address.endswith(f"/v/{printed.edition.revision.check_code}/")


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (as_file(Image.new("RGB", (800, 600), "white")), Answer.NO_QR_CODE),
        (b"not a picture", Answer.NO_QR_CODE),
        (code_of("https://elsewhere.example/v/0123456789ab/"), Answer.QR_CODE_ELSEWHERE),
        (code_of("javascript:alert(1)"), Answer.QR_CODE_ELSEWHERE),
    ],
)
def test_what_leads_nowhere_is_told(client: Client, content: bytes, expected: Answer, language: str) -> None:
    answer = sent(client, content, language)

    assert (answer.status_code, answer.redirect_chain) == (200, [])
    with translation.override(language):
        assert str(expected.words) in answer.content.decode()


def test_a_code_of_this_site_that_nobody_was_given_is_unknown(client: Client, settings: Any) -> None:
    answer = sent(client, code_of(f"{settings.SITE_URL}/v/000000000000/"))

    assert answer.status_code == 404
    assert str(Answer.CODE_UNKNOWN.words) in answer.content.decode()


def test_a_picture_that_unpacks_to_too_much_is_read_as_none(caplog: pytest.LogCaptureFixture) -> None:
    bomb = as_file(Image.new("1", (20_000, 20_000)), "PNG")
    assert len(bomb) < 100_000

    assert photo.codes_on(bomb) == []


def test_one_network_sends_so_many_photographs_and_no_more(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr("letters.views.verify.MOST_FILES_AN_HOUR", 1)

    assert [sent(client, b"none").status_code for _ in range(2)] == [200, 429]
