"""Pictures that come with the form."""

import io
import struct
import zlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone, translation
from PIL import Image, ImageFile

from campaign.base.models import Mail
from letters.errors import LogoNotKept
from letters.models import Revision
from signatories.models import Organization, Signature
from signatories.services import signature as signatures
from tests.disk import room_for

LANGUAGES = ("kk", "ru", "en")
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files")]


def picture(kind: str = "PNG", size: tuple[int, int] = (64, 32)) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", size, "teal").save(content, kind)
    return content.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A small PNG whose header promises this many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    rows = zlib.compress(b"\0" * (width + 1) * 10)
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.fixture(autouse=True)
def _as_in_the_web(monkeypatch: pytest.MonkeyPatch) -> None:
    """The printing engine, which the web never loads, lets Pillow read pictures that are cut short."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", False)


@pytest.fixture
def send(client: Client, revision: Revision) -> Callable[[bytes], Any]:
    """Sends the form with this logo."""

    def post(content: bytes, language: str = "en") -> Any:
        logo = SimpleUploadedFile("../../logo.png", content, content_type="image/png")
        data = {
            "fingerprint": revision.fingerprint,
            "person_name": "Mira Example",
            "position": "Director",
            "basis": "head",
            "visibility": "public",
            "email": "mira@unverified.example",
            "consent": "on",
            "name_en": "Unverified Initiative",
            "original_language": "en",
            "kind": "organization",
            "country": "KZ",
            "logo": logo,
        }
        return client.post(f"/{language}/letters/clean-air/sign/new/", data)

    return post


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_drawn_anew_and_kept(send: Callable[[bytes], Any], kind: str) -> None:
    assert send(picture(kind) + b"<?php echo 1;").status_code == 302

    organization = Organization.objects.get()
    with organization.logo.open() as kept:
        content = kept.read()
    assert organization.logo.name == f"logos/{organization.uid}.png"
    assert (content[:4], b"php" in content) == (b"\x89PNG", False)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<svg onload=alert(1)>", "PNG JPEG or W"),
        (picture("GIF"), "PNG JPEG or W"),
        (picture()[:60], "PNG JPEG or W"),
        (bomb(8000, 7500), "8000 × 7500"),
        (bomb(60000, 60000), "PNG JPEG or W"),
        (b"\x89PNG" + b"\0" * (2 * 1024 * 1024), "2 MB"),
    ],
    ids=["svg", "gif", "cut short", "60 megapixels", "3,600 megapixels", "over the limit"],
)
def test_what_is_no_logo_is_refused_and_the_rest_kept(send: Callable[[bytes], Any], content: bytes, words: str) -> None:
    response = send(content)

    form = response.context["form"]
    assert list(form.errors) == ["logo"]
    assert words in str(form.errors["logo"][0]).replace(",", "")
    assert form["name_en"].value() == "Unverified Initiative"
    assert not Signature.objects.exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_a_full_disk_nothing_is_started_and_what_was_typed_stays(
    send: Callable[..., Any], files: Path, language: str
) -> None:
    with room_for(0):
        response = send(picture(), language)

    form = response.context["form"]
    with translation.override(language):
        assert form.errors == {"logo": [str(LogoNotKept())]}
    assert (form["name_en"].value(), form["email"].value()) == ("Unverified Initiative", "mira@unverified.example")
    assert not Organization.objects.exists()
    assert not Mail.objects.exists()
    assert [path for path in files.rglob("*") if path.is_file()] == []


def test_a_logo_that_nobody_confirmed_is_forgotten_with_its_organization(
    send: Callable[..., Any], files: Path, django_capture_on_commit_callbacks: Any
) -> None:
    send(picture())
    assert [path for path in files.rglob("*") if path.is_file()]

    with django_capture_on_commit_callbacks(execute=True):
        signatures.forget_unconfirmed(at=timezone.now() + timedelta(hours=73))

    assert not Organization.objects.exists()
    assert [path for path in files.rglob("*") if path.is_file()] == []
