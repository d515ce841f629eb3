"""Takes a document from outside (a scan, a certificate, a power of attorney) and keeps of it what can harm nobody."""

import hashlib
import io
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from campaign.base.errors import Refusal
from signatories import pdf_look

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 36_000_000  # a page of A4 at 600 dots an inch
LONGEST_SIDE = 3508  # pixels; a page of A4 at 300 dots an inch
FORMATS = ("PNG", "JPEG", "WEBP")
PATIENCE = 20  # seconds for one PDF

# What Pillow raises for files that are broken on purpose or by accident
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError, Image.DecompressionBombWarning)


class DocumentTooHeavy(Refusal):
    """A document has more bytes than there is room for."""

    reason = _("The document was not taken: the file is larger than %(limit)s MB. Save it smaller and choose it again.")


class DocumentTooWide(Refusal):
    """A picture of a document has more points than are decoded here."""

    reason = _(
        "The document was not taken: the picture has %(width)s × %(height)s points, and there is room for %(limit)s million. "
        "Scan it at 300 dots an inch and choose it again."
    )


class DocumentUnreadable(Refusal):
    """A document is broken, or of another kind."""

    reason = _(
        "The document was not taken: the file is not a readable PDF, PNG, JPEG or WEBP. Save it anew, or take a photograph of "
        "the paper, and choose that."
    )


class DocumentLocked(Refusal):
    """A PDF is encrypted."""

    reason = _("The document was not taken: the PDF is locked. Save it without a password and choose it again.")


class DocumentActive(Refusal):
    """A PDF holds what runs or what hides other files."""

    reason = _(
        "The document was not taken: the PDF holds programs, forms that send something, or other files. Print it to a plain PDF, "
        "or take a photograph of the paper, and choose that."
    )


@dataclass(frozen=True, slots=True)
class CleanDocument:
    """A document that may be kept. `suffix` is "pdf" or "jpg", `sha256` is that of the content, in hexadecimal."""

    content: bytes
    suffix: str
    sha256: str


def clean_document(upload: "UploadedFile[bytes]") -> CleanDocument:
    """A picture drawn anew as JPEG without anything else that the file held, or a PDF, byte for byte, that runs and hides nothing.

    What kind of file it is, its first bytes say; its name and the type that was told are never read.

    :raises Refusal: `DocumentTooHeavy`, `DocumentTooWide`, `DocumentUnreadable`, `DocumentLocked` or `DocumentActive`.
    """
    if upload.size is None or upload.size > MOST_BYTES:
        raise DocumentTooHeavy(limit=MOST_BYTES // 1024 // 1024)
    content = upload.read()
    if content.startswith(b"%PDF-"):
        _check_pdf(content)
        return _clean(content, "pdf")
    try:
        return _clean(_drawn_again(content), "jpg")
    except _BROKEN as broken:
        raise DocumentUnreadable from broken


def _clean(content: bytes, suffix: str) -> CleanDocument:
    return CleanDocument(content, suffix, hashlib.sha256(content).hexdigest())


def _check_pdf(content: bytes) -> None:
    try:
        looked = subprocess.run(
            [sys.executable, "-m", "signatories.pdf_look"],
            input=content,
            capture_output=True,
            timeout=PATIENCE,
            cwd=settings.BASE_DIR,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise DocumentUnreadable from None
    verdict = looked.stdout.decode(errors="replace")
    if looked.returncode != 0 or verdict != pdf_look.FINE:
        raise {pdf_look.LOCKED: DocumentLocked, pdf_look.ACTIVE: DocumentActive}.get(verdict, DocumentUnreadable)


def _drawn_again(content: bytes) -> bytes:
    """The picture on white paper; its size is read from the header before anything is decoded."""
    picture: Any = Image.open(io.BytesIO(content), formats=FORMATS)
    if picture.width * picture.height > MOST_PIXELS:
        raise DocumentTooWide(width=picture.width, height=picture.height, limit=MOST_PIXELS // 1_000_000)
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    upright = ImageOps.exif_transpose(picture).convert("RGBA")
    paper = Image.new("RGB", upright.size, "white")
    paper.paste(upright, mask=upright)
    drawn = io.BytesIO()
    paper.save(drawn, format="JPEG", quality=88, optimize=True)
    return drawn.getvalue()


class DocumentField(forms.FileField):
    """A file field whose value is a `CleanDocument`, or None where nothing was chosen."""

    widget = forms.FileInput(attrs={"accept": "application/pdf,image/png,image/jpeg,image/webp"})

    def __init__(self, **options: Any) -> None:
        super().__init__(
            **{"help_text": _("PDF, or a picture of the paper (PNG, JPEG, WebP), up to 10 MB."), **options}
        )

    def to_python(self, data: Any) -> CleanDocument | None:  # type: ignore[override]  # what is kept is no upload any more
        """The cleaned document.

        :raises ValidationError: it cannot be taken; the sentence says why.
        """
        upload: Any = super().to_python(data)
        if upload is None:
            return None
        try:
            return clean_document(upload)
        except Refusal as refusal:
            raise ValidationError(str(refusal), code="document") from refusal
