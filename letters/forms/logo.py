"""Takes a picture from outside and makes one of our own of it."""

import io
import secrets
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from campaign.base.errors import Refusal

MOST_BYTES = 2 * 1024 * 1024
MOST_PIXELS = 4_000_000
LONGEST_SIDE = 600  # pixels
FORMATS = ("PNG", "JPEG", "WEBP")

# What Pillow raises for files that are broken on purpose or by accident
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError, Image.DecompressionBombWarning)


class LogoTooHeavy(Refusal):
    """A logo has more bytes than there is room for."""

    reason = _(
        "The logo was not taken: the file is larger than %(limit)s MB. Save the picture smaller and choose it again."
    )


class LogoTooWide(Refusal):
    """A logo has more points than are decoded here."""

    reason = _(
        "The logo was not taken: it has %(width)s × %(height)s points, and there is room for %(limit)s million. "
        "Save the picture smaller and choose it again."
    )


class LogoUnreadable(Refusal):
    """A logo is no picture, or of another kind."""

    reason = _("The logo was not taken: the file is not a readable PNG, JPEG or WEBP picture. Choose another file.")


def clean_logo(upload: "UploadedFile[bytes]") -> "ContentFile[bytes]":
    """The picture as a new PNG of at most 600 × 600 points, without anything else that the file held.

    The size is read from the header before anything is decoded.

    :raises Refusal: `LogoTooHeavy`, `LogoTooWide` or `LogoUnreadable`.
    """
    if upload.size is None or upload.size > MOST_BYTES:
        raise LogoTooHeavy(limit=MOST_BYTES // 1024 // 1024)
    try:
        return _drawn_again(upload.read())
    except _BROKEN as broken:
        raise LogoUnreadable from broken


def _drawn_again(content: bytes) -> "ContentFile[bytes]":
    picture: Any = Image.open(io.BytesIO(content), formats=FORMATS)
    if picture.width * picture.height > MOST_PIXELS:
        raise LogoTooWide(width=picture.width, height=picture.height, limit=MOST_PIXELS // 1_000_000)
    upright = ImageOps.exif_transpose(picture).convert("RGBA")
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    drawn = io.BytesIO()
    upright.save(drawn, format="PNG", optimize=True)
    return ContentFile(drawn.getvalue(), name=f"{secrets.token_hex(8)}.png")
