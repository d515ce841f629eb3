"""Block U: forged files at every address of the product that takes one."""

import io
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image, ImageFile

from campaign.base.models import User
from campaign.base.spreadsheet import xlsx_file
from signatories.models import Evidence, Invitation, Signature
from tests.conftest import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files")]


def plain_pdf(change: Callable[[Any], None] | None = None) -> bytes:
    content = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        if change is not None:
            change(document)
        document.save(content)
    return content.getvalue()


def picture(kind: str) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(content, kind)
    return content.getvalue()


def packed(**files: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/"), data)
    return content.getvalue()


def _with_javascript(document: Any) -> None:
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def _with_a_program_inside(document: Any) -> None:
    document.attachments["gpj.exe"] = b"MZ"


SCRIPT = b"<script>alert(1)</script>"
FORGED = {
    "a PDF with JavaScript": plain_pdf(_with_javascript),
    "a PDF that carries a program": plain_pdf(_with_a_program_inside),
    "a PDF header before HTML": b"%PDF-1.7\n" + SCRIPT,
    "HTML before a PDF": SCRIPT + plain_pdf(),
    "an SVG with a script": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "an SVG behind an XML header": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "GIF and JavaScript": b"GIF89a/*" + SCRIPT + b"*/=1;",
    "a ZIP": packed(a=b"x"),
    "a ZIP bomb": packed(a=bytes(20_000_000)),
    "a program": b"MZ" + bytes(200),
    "PostScript": b"%!PS-Adobe-3.0\n(%pipe%id) (r) file",
    "a PNG that promises 400 megapixels": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x4e\x20\0\0\x4e\x20\x08\0\0\0\0"
    + zlib.crc32(b"IHDR\0\0\x4e\x20\0\0\x4e\x20\x08\0\0\0\0").to_bytes(4, "big"),
    "nothing": b"",
}
NAMES = ("paper.pdf.exe", "../../settings.py", "paper.php.pdf", "CON", ".htaccess", "\u202egpj.exe", "x" * 240 + ".pdf")


@pytest.fixture(autouse=True)
def _as_in_the_web(monkeypatch: pytest.MonkeyPatch) -> None:
    """The printing engine, which the web never loads, lets Pillow read pictures that are cut short."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", False)


Send = Callable[[bytes, str], dict[str, Any]]


@pytest.fixture
def send(admitted: Callable[..., Signature], aigul: User, settings: Any) -> Send:
    """Sends one file to every address that takes a document."""
    settings.DEMONSTRATION = True
    own = admitted()
    slug = own.organization.slug
    reviewer = make_person("reviewer@reviewers.example", is_reviewer=True)
    owner, desk, queue = Client(), Client(), Client()
    for browser, person in ((owner, own.person), (desk, aigul), (queue, reviewer)):
        browser.force_login(person)  # type: ignore[arg-type]

    def everywhere(content: bytes, name: str) -> dict[str, Any]:
        def file() -> Any:
            return SimpleUploadedFile(name, content, content_type="image/png")

        stated = {"name": "A", "position": "B", "basis": "head"}
        seen = {"kind": "registration_document", "detail": "seen"}
        entered = {
            "source": "paper",
            "person_name": "Paper Person",
            "position": "Director",
            "basis": "head",
            "visibility": "public",
            "signed_on": "20.11.2026",
            "language": "en",
        }
        base, paper = (
            f"/en/my/organizations/{slug}",
            f"/en/desk/letters/clean-air/signatures/paper/organization/{slug}/",
        )
        return {
            "mandate": owner.post(f"{base}/mandate/", {**stated, "document": file()}),
            "registration": owner.post(f"{base}/registration/", {"registration": file()}),
            "evidence": queue.post(f"/en/desk/organizations/{slug}/evidence/", {**seen, "document": file()}),
            "evidence of a signature": desk.post(
                f"/en/desk/signatures/{own.pk}/evidence/", {**seen, "document": file()}
            ),
            "paper": desk.post(paper, {**entered, "scan": file()}),
        }

    return everywhere


def kept(files: Path) -> list[Path]:
    return sorted(path for path in files.rglob("*") if path.is_file())


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_upload_is_refused_everywhere_and_leaves_no_file(send: Send, files: Path, forged: str) -> None:
    answers = send(FORGED[forged], "paper.pdf")

    assert {name: answer.status_code for name, answer in answers.items() if answer.status_code == 302} == {}
    assert not any(answer.status_code >= 500 for answer in answers.values())
    assert kept(files) == []
    assert not Evidence.objects.exclude(document="").exists()


@pytest.mark.parametrize("name", NAMES)
def test_a_deceiving_file_name_is_kept_nowhere_and_given_back_to_nobody(send: Send, files: Path, name: str) -> None:
    send(plain_pdf(), name)

    found = [path.name for path in kept(files)]
    assert found
    assert all(len(one) == 36 and one.endswith(".pdf") for one in found)


def test_a_polyglot_of_a_picture_and_an_archive_is_drawn_anew_as_a_picture_alone(send: Send, files: Path) -> None:
    send(picture("JPEG") + packed(evil=SCRIPT) + SCRIPT, "scan.jpg")

    found = kept(files)
    assert found
    assert all(path.suffix == ".jpg" for path in found)
    assert not any(b"script" in path.read_bytes() or b"PK\x03\x04" in path.read_bytes() for path in found)


@pytest.mark.parametrize("forged", [name for name in FORGED if name != "nothing"])
def test_a_forged_logo_is_refused_with_everything_that_was_typed_kept(
    client: Client, admitted: Callable[..., Signature], files: Path, forged: str
) -> None:
    own = admitted()
    client.force_login(own.person)  # type: ignore[arg-type]
    logo = SimpleUploadedFile("logo.svg.png", FORGED[forged], content_type="image/png")

    sent = client.post(f"/en/my/organizations/{own.organization.slug}/profile/", {"name_en": "Kept", "logo": logo})

    assert sent.status_code == 422
    assert "logo" in sent.context["form"].errors
    assert sent.context["form"]["name_en"].value() == "Kept"
    assert kept(files) == []


BOOKS = {
    "a ZIP bomb": packed(xl__worksheets__sheet1__xml=bytes(30_000_000)),
    "a ZIP that climbs out": packed(**{"..__..__evil": b"x"}),
    "a workbook with an external entity": packed(
        **{
            "[Content_Types].xml": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
            "xl__workbook.xml": b"<x/>",
        }
    ),
    "a PDF": plain_pdf(),
    "a program": b"MZ" + bytes(300),
    "nothing": b"",
    "half a workbook": xlsx_file([["Organization", "E-mail"], ["One", "one@one.example"]])[:400],
}


@pytest.mark.parametrize("forged", BOOKS)
def test_a_forged_list_invites_nobody(
    client: Client, open_letter: Any, aigul: User, settings: Any, forged: str
) -> None:
    settings.DEMONSTRATION = True
    client.force_login(aigul)
    file = SimpleUploadedFile("list.xlsx", BOOKS[forged])

    sent = client.post(
        "/en/desk/letters/clean-air/invitations/list/",
        {"file": file, "language": "en", "country": "KZ", "save": "1", "send": "1"},
    )

    assert sent.status_code == 422
    assert not Invitation.objects.exists()


def test_an_electronic_signature_of_fifty_megabytes_is_not_read(
    client: Client, confirmed: Callable[..., Signature]
) -> None:
    signature = confirmed(number_scheme="KZ-BIN", number="221140000111")
    client.force_login(signature.person)  # type: ignore[arg-type]
    file = SimpleUploadedFile("x.cms", bytes(50_000_000))

    sent = client.post(f"/en/my/signatures/{signature.pk}/eds/", {"file": file})

    assert sent.status_code == 422
