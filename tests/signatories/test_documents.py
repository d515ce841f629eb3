"""Documents from outside: what is taken, what is refused, and what is left of it."""

import hashlib
import io
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.fields.files import FieldFile
from django.http import Http404
from PIL import Image, ImageFile

from campaign.base.errors import Refusal
from signatories import pdf_look
from signatories.errors.document import DocumentNotKept
from signatories.forms import document as documents
from signatories.forms.document import (
    DocumentActive,
    DocumentField,
    DocumentLocked,
    DocumentTooHeavy,
    DocumentTooWide,
    DocumentUnreadable,
    clean_document,
)
from signatories.models import Evidence
from signatories.services.document import keep_document
from signatories.views.document import document_response
from tests.disk import room_for


def upload(content: bytes, name: str = "../../certificate.pdf.exe", kind: str = "text/html") -> Any:
    """A file as somebody sends it, its name and its type lied about."""
    return SimpleUploadedFile(name, content, content_type=kind)


def picture(kind: str = "PNG", size: tuple[int, int] = (640, 480), **more: Any) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", size, "teal").save(content, kind, **more)
    return content.getvalue()


def pdf(change: Callable[[Any], None] | None = None, **save: Any) -> bytes:
    """A PDF of one page, changed as asked."""
    content = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        if change is not None:
            change(document)
        document.save(content, **save)
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


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_drawn_anew_and_nothing_else_of_the_file_is_left(kind: str) -> None:
    clean = clean_document(upload(picture(kind) + b"PK\x03\x04<script>alert(1)</script>"))

    drawn = Image.open(io.BytesIO(clean.content))
    assert (clean.suffix, drawn.format, drawn.size) == ("jpg", "JPEG", (640, 480))
    assert clean.sha256 == hashlib.sha256(clean.content).hexdigest()
    assert b"script" not in clean.content


def test_where_and_with_what_a_photograph_was_taken_is_not_kept() -> None:
    exif = Image.Exif()
    exif[0x010F] = "a camera that tells"
    exif[0x8825] = {1: "N", 2: (43.0, 14.0, 0.0)}

    clean = clean_document(upload(picture("JPEG", exif=exif)))

    assert not Image.open(io.BytesIO(clean.content)).getexif()
    assert b"tells" not in clean.content


def test_a_photograph_that_lies_on_its_side_is_set_upright_and_a_large_one_made_smaller() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter

    clean = clean_document(upload(picture("JPEG", (4000, 2000), exif=exif)))

    assert Image.open(io.BytesIO(clean.content)).size == (1754, 3508)


def test_a_transparent_scan_lies_on_white_paper() -> None:
    content = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(content, "PNG")

    clean = clean_document(upload(content.getvalue()))

    assert Image.open(io.BytesIO(clean.content)).getpixel((4, 4)) == (255, 255, 255)


def test_a_plain_pdf_is_kept_byte_for_byte() -> None:
    content = pdf()

    clean = clean_document(upload(content))

    assert (clean.content, clean.suffix, clean.sha256) == (content, "pdf", hashlib.sha256(content).hexdigest())


def _runs_a_program(document: Any) -> None:
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))


def _runs_one_when_a_page_is_left(document: Any) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("cmd.exe"))
    document.pages[0].obj.AA = pikepdf.Dictionary(C=action)


def _names_a_program(document: Any) -> None:
    program = document.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("1")))
    document.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=[pikepdf.String("a"), program]))


def _carries_a_file(document: Any) -> None:
    document.attachments["invoice.exe"] = pikepdf.AttachedFileSpec(document, b"MZ", filename="invoice.exe")


def _sends_a_form(document: Any) -> None:
    form = pikepdf.Dictionary(S=pikepdf.Name.SubmitForm, F=pikepdf.String("https://example.net/"))
    document.pages[0].obj.Annots = pikepdf.Array(
        [pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=form)]
    )


def _asks_for_a_form_of_another_kind(document: Any) -> None:
    document.Root.AcroForm = pikepdf.Dictionary(XFA=pikepdf.String("<xdp/>"))


@pytest.mark.parametrize(
    "change",
    [
        _runs_a_program,
        _runs_one_when_a_page_is_left,
        _names_a_program,
        _carries_a_file,
        _sends_a_form,
        _asks_for_a_form_of_another_kind,
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_a_pdf_that_runs_or_carries_anything_is_refused(change: Callable[[Any], None], packed: bool) -> None:
    streams = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable

    with pytest.raises(DocumentActive, match="Print it to a plain PDF"):
        clean_document(upload(pdf(change, object_stream_mode=streams)))


@pytest.mark.parametrize("password", ["", "secret"])
def test_a_locked_pdf_is_refused(password: str) -> None:
    locked = pdf(encryption=pikepdf.Encryption(owner="owner", user=password))

    with pytest.raises(DocumentLocked):
        clean_document(upload(locked))


def _without_pages() -> bytes:
    content = io.BytesIO()
    with pikepdf.new() as document:
        document.save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script>",
        b"%PDF-1.7\n<html><script>alert(1)</script>",
        b"GIF89a/*" + pdf(),  # a PDF that begins as a picture
        pdf()[:-40],
        _without_pages(),
        picture("PNG")[:200],
        picture("GIF"),
        picture("TIFF"),
        picture("BMP"),
        picture("JPEG2000"),
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"MZ\x90\x00",
        b"PK\x03\x04",
    ],
)
def test_whatever_is_no_readable_document_is_refused(content: bytes) -> None:
    with pytest.raises(DocumentUnreadable):
        clean_document(upload(content))


def test_a_picture_that_is_too_wide_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(DocumentTooWide, match="7000 × 6000"):
        clean_document(upload(bomb(7_000, 6_000)))


def test_a_picture_of_which_even_pillow_warns_is_refused() -> None:
    with pytest.raises(Refusal):
        clean_document(upload(bomb(13_000, 13_000)))


def test_a_file_of_one_byte_too_many_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = pdf()
    assert documents.MOST_BYTES == 10 * 1024 * 1024
    with pytest.raises(DocumentTooHeavy, match="larger than 10 MB"):
        clean_document(upload(b"%PDF-" + b" " * (documents.MOST_BYTES - 4)))

    monkeypatch.setattr(documents, "MOST_BYTES", len(content))

    assert clean_document(upload(content)).content == content


def test_a_pdf_that_bursts_takes_only_its_own_process_with_it() -> None:
    """An object stream of a gigabyte of nothing, packed into a megabyte."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * 2**20) for _ in range(1024)) + packer.flush()
    start = b"%PDF-1.7\n"
    stream = b"1 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream\nendobj\n" % (
        len(packed),
        packed,
    )
    rows = struct.pack(">BIB", 1, len(start), 0) + struct.pack(">BIB", 2, 1, 0)
    where = len(start) + len(stream)
    table = (
        b"3 0 obj\n<</Type/XRef/Size 4/W[1 4 1]/Index[1 2]/Root 2 0 R/Length %d>>\nstream\n%s\nendstream\nendobj\n"
        % (len(rows), rows)
    )
    bursting = start + stream + table + b"startxref\n%d\n%%%%EOF" % where

    with pytest.raises(DocumentUnreadable):
        clean_document(upload(bursting))


def test_a_pdf_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "PATIENCE", 0.001)

    with pytest.raises(DocumentUnreadable):
        clean_document(upload(pdf()))


def test_the_process_that_looks_says_one_word() -> None:
    looked = subprocess.run(
        [sys.executable, "-m", "signatories.pdf_look"], input=pdf(), capture_output=True, check=True
    )

    assert looked.stdout.decode() == pdf_look.look_at(pdf()) == pdf_look.FINE


def test_the_field_gives_a_clean_document_or_says_what_to_do() -> None:
    field = DocumentField()

    assert field.clean(upload(pdf())).suffix == "pdf"
    assert DocumentField(required=False).clean(None) is None
    with pytest.raises(ValidationError, match="not a readable PDF"):
        field.clean(upload(b"nothing"))
    with pytest.raises(ValidationError, match="empty"):
        field.clean(upload(b""))


@pytest.mark.django_db
def test_a_document_gets_a_name_of_ours_and_is_handed_out_as_a_download(files: Path) -> None:
    content = pdf()
    file: FieldFile = Evidence().document
    keep_document(file, clean_document(upload(content)))

    response = document_response(file, name="evidence-1")

    assert str(file.name).startswith("evidence/")
    assert len(Path(str(file.name)).stem) == 32
    assert response.headers["Content-Disposition"] == 'attachment; filename="evidence-1.pdf"'
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["Cache-Control"] == "no-store"
    assert b"".join(response) == content  # type: ignore[arg-type]
    response.close()


def test_a_document_that_was_deleted_is_not_found(files: Path) -> None:
    file: FieldFile = Evidence().document
    keep_document(file, clean_document(upload(pdf())))
    file.storage.delete(str(file.name))

    with pytest.raises(Http404):
        document_response(file, name="evidence-1")
    with pytest.raises(Http404):
        document_response(Evidence().document, name="evidence-1")


def test_a_full_disk_is_told_and_leaves_nothing(files: Path) -> None:
    file: FieldFile = Evidence().document

    with room_for(100), pytest.raises(DocumentNotKept):
        keep_document(file, clean_document(upload(pdf())))
    assert not [path for path in files.rglob("*") if path.is_file()]
