"""What is wrong is said in the reader's own language, stands on the page, and changes nothing; nothing typed is lost."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image, ImageFile

from campaign.base.models import User
from letters.models import Letter, Revision
from letters.services import letter as letters
from signatories.models import Signature
from tests.conftest import BODIES, NOON, mailed_code
from tests.signatories.test_logo import bomb
from tests.signatories.test_sign_pages import TOO_LONG, WRONG, new

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files")]

LANGUAGES = ("kk", "ru", "en")
# What stands in Latin letters in every language: examples, names of forms, names of characters
LATIN = re.compile(
    r"https?://\S+|\S+@\S+|U\+[0-9A-F]+ [A-Z -]+|\b(?:Gmail|Yandex|PNG|JPEG|WEBP|WebP|BIN|Mail\.ru|Markdown|HTML|king)\b|“[^”]*”|«[^»]*»"
)

LOGOS: dict[str, Callable[[], bytes]] = {
    "no picture": lambda: b"<svg onload=alert(1)>",
    "60 megapixels": lambda: bomb(8000, 7500),
    "over the limit": lambda: b"\x89PNG" + b"\0" * (2 * 1024 * 1024),
    "another kind": lambda: _gif(),
}


def _gif() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (8, 8)).save(content, "GIF")
    return content.getvalue()


@pytest.fixture(autouse=True)
def _as_in_the_web(monkeypatch: pytest.MonkeyPatch) -> None:
    """No attempts counted yet; the printing engine, which lets Pillow read broken pictures, is not loaded."""
    cache.clear()
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", False)


def sentences(response: Any) -> list[str]:
    """What the form says is wrong; all of it stands on the page."""
    page = " ".join(unescape(response.content.decode()).split())
    said = [str(one) for found in response.context["form"].errors.values() for one in found]
    assert said
    assert [one for one in said if " ".join(one.split()) not in page] == []
    return said


def in_language(sentence: str, language: str) -> bool:
    """Whether the sentence is written in the alphabet of its language, and not left in English."""
    latin, cyrillic = (
        re.findall(letters_of, LATIN.sub("", sentence)) for letters_of in ("[A-Za-z]{3,}", "[А-Яа-яӘ-ӿ]{3,}")
    )
    return bool(latin) and not cyrillic if language == "en" else bool(cyrillic) and not latin


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_in_a_form(client: Client, revision: Revision, case: str, language: str) -> None:
    changes, _field = WRONG[case]

    response = client.post(f"/{language}/letters/clean-air/sign/new/", new(revision, **changes))

    assert [one for one in sentences(response) if not in_language(one, language)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_too_long(client: Client, revision: Revision, language: str) -> None:
    for field, length in TOO_LONG.items():
        tail = {"email": "@unverified.example", "website": ".example.org"}.get(field, "")
        typed = new(revision, **{field: "a" * length + tail})
        if field == "number":
            typed["number_scheme"] = "other"

        response = client.post(f"/{language}/letters/clean-air/sign/new/", typed)

        assert (field, [one for one in sentences(response) if not in_language(one, language)]) == (field, [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_form(client: Client, revision: Revision, language: str) -> None:
    response = client.post(f"/{language}/letters/clean-air/sign/new/", {})

    assert [one for one in sentences(response) if not in_language(one, language)] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("logo", LOGOS)
def test_what_is_no_logo(client: Client, revision: Revision, logo: str, language: str) -> None:
    file = SimpleUploadedFile("logo.png", LOGOS[logo](), content_type="image/png")

    response = client.post(f"/{language}/letters/clean-air/sign/new/", new(revision, logo=file))

    assert [one for one in sentences(response) if not in_language(one, language)] == []
    assert response.context["form"]["name_kk"].value()


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_organization_that_is_known_already(
    client: Client, revision: Revision, admitted: Callable[..., Signature], language: str
) -> None:
    admitted(names={"kk": "Құқық және бостандық", "ru": "", "en": ""}, original_language="kk")
    address = f"/{language}/letters/clean-air/sign/new/"

    for typed in (new(revision, name_kk="Кукык жане бостандык"), new(revision, website="https://verified.example")):
        assert [one for one in sentences(client.post(address, typed)) if not in_language(one, language)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_goes_wrong_with_a_code(
    client: Client, revision: Revision, open_letter: Letter, aigul: User, language: str
) -> None:
    said = []

    def code(signature: Signature, typed: str) -> None:
        response = client.post(f"/{language}/signing/{signature.token}/", {"code": typed})
        said.extend(sentences(response))

    def started() -> Signature:
        sent = client.post(f"/{language}/letters/clean-air/sign/new/", new(revision))
        return Signature.objects.get(token=sent["Location"].split("/")[3])

    first, second, third = started(), started(), started()
    code(first, "12")
    for _attempt in range(10):
        code(first, "0000-0000" if mailed_code(third) != "0000-0000" else "1111-1111")
    client.post(f"/{language}/signing/{third.token}/", {"code": mailed_code(third)})
    Signature.objects.filter(pk=second.pk).update(code_expires_at=timezone.now() - timedelta(seconds=1))
    code(second, "1234-5678")
    twice = started()
    code(twice, mailed_code(twice))
    late = started()
    letters.close_letter(open_letter, by=aigul, at=NOON)
    code(late, mailed_code(late))
    response = client.post(f"/{language}/letters/clean-air/sign/new/", new(revision))
    said.extend(sentences(response))

    assert [one for one in said if not in_language(one, language)] == []
    assert len(set(said)) >= 14  # too short, nine left to one, exhausted, expired, twice, closed
    assert response.context["form"]["name_kk"].value()


BOMBS = {
    "nested quotations": "> " * 400 + "a",
    "nested lists": "\n".join("  " * level + "- a" for level in range(100)),
    "emphasis": "*" * 3000 + "a" + "*" * 3000,
    "links": "[a](https://example.org) " * 300,
    "one word": "a" * 40_000,
    "one paragraph": "слово " * 5_000,
    "weight": "слово " * 20_000,
    "pictures": "![](https://example.org/a.png)",
    "markup": "<script>alert(1)</script>",
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", BOMBS)
def test_a_text_that_is_a_bomb(
    client: Client, draft: Letter, aigul: User, settings: Any, name: str, language: str
) -> None:
    settings.DEMONSTRATION = True
    client.force_login(aigul)
    address = f"/{language}/desk/letters/clean-air/edit/"
    shown = client.get(address).context["form"]
    typed = {field: shown[field].value() or "" for field in shown.fields} | {
        "body_ru": f"{BOMBS[name]}\n\n{BODIES['ru']}"
    }

    response = client.post(address, typed)

    if name == "markup":  # is text
        assert response.status_code == 302
        return
    assert list(response.context["form"].errors) == ["body_ru"]
    assert [one for one in sentences(response) if not in_language(one, language)] == []
    assert response.context["form"]["body_ru"].value() == typed["body_ru"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_more_bytes_than_any_form_has(client: Client, revision: Revision, language: str) -> None:
    typed = new(revision, basis_note="a" * 3_000_000)

    response = client.post(f"/{language}/letters/clean-air/sign/new/", typed)

    assert response.status_code == 400
    assert f'<html lang="{language}">' in response.content.decode()
    assert not Signature.objects.exists()
