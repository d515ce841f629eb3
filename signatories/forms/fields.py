"""Fields that several forms of this floor share."""

import re
import unicodedata
from typing import Any
from urllib.parse import urlsplit

import idna
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from campaign.base.errors import Refusal
from campaign.base.languages import fold
from campaign.base.plain import clean_line, validate_name, validate_plain_line
from signatories.domains import ascii_domain, mixes_scripts

MOST_LOCAL_PART = 64  # RFC 5321, 4.5.3.1.1
SPECIAL_SUFFIXES = (".localhost", ".local", ".internal", ".invalid", ".onion", ".arpa")
HYPHENS = re.compile(r"[\s\-‐‑‒–—−]")


class LineField(forms.CharField):
    """A text of one line: spaces tidied, nothing invisible in it. Markup stays text."""

    def __init__(self, *, limit: int, is_name: bool = False, **options: Any) -> None:
        self.limit = limit
        self.is_name = is_name
        super().__init__(validators=[validate_name if is_name else validate_plain_line], **options)

    def to_python(self, value: Any) -> str:
        """The tidied line.

        :raises ValidationError: in the reader's language.
        """
        try:
            line = clean_line(super().to_python(value) or "", self.limit)
        except Refusal as refusal:
            raise ValidationError(str(refusal), code="line") from refusal
        if self.is_name and line and not fold(line):
            raise ValidationError(_("A name needs letters. Type it as it is written in documents."), code="name")
        return line


class MailField(forms.CharField):
    """An e-mail address that a mail server in the open Internet may have; in small letters."""

    widget = forms.EmailInput
    default_error_messages = {
        "invalid": _("This is not a complete e-mail address. It looks like this: office@example.org"),
        "nowhere": _(
            "No mail reaches this address from here. Give one with a full domain name, like this: office@example.org"
        ),
        "mixed": _(
            "The domain of this address mixes Latin and Cyrillic letters, as forged addresses do. Type it again in one alphabet."
        ),
    }

    def to_python(self, value: Any) -> str:
        """The address, its domain in small letters.

        :raises ValidationError: it is none, or none that can be written to.
        """
        address = (super().to_python(value) or "").strip().lower()
        if not address:
            return ""
        validate_plain_line(address)
        local, _at, host = address.rpartition("@")
        if len(address) > 254 or len(local) > MOST_LOCAL_PART:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        EmailValidator(message=self.error_messages["invalid"], allowlist=[])(address)
        if not is_public_host(host):
            raise ValidationError(self.error_messages["nowhere"], code="nowhere")
        if mixes_scripts(readable_host(host)):
            raise ValidationError(self.error_messages["mixed"], code="mixed")
        return address


class WebsiteField(forms.URLField):
    """The address of a website of one's own: http or https, a public host name, no password in it."""

    default_error_messages = {
        "invalid": _("This is not the address of a website. It looks like this: https://example.org"),
        "mixed": _(
            "The domain of this website mixes Latin and Cyrillic letters, as forged addresses do. Type it again in one alphabet."
        ),
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(assume_scheme="https", max_length=300, **options)

    def clean(self, value: Any) -> str:
        """The address with its scheme.

        :raises ValidationError: it is no public website.
        """
        address: str = super().clean(value)
        if not address:
            return ""
        parts = urlsplit(address)
        host = parts.hostname or ""
        if parts.scheme not in ("http", "https") or parts.username or not is_public_host(host):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if mixes_scripts(readable_host(host)):
            raise ValidationError(self.error_messages["mixed"], code="mixed")
        return address


def is_public_host(host: str) -> bool:
    """Whether the host name can stand in the open Internet: two labels or more, no number, no name of a local network."""
    name = ascii_domain(host)
    return bool(name) and not f".{name}".endswith(SPECIAL_SUFFIXES)


def readable_host(host: str) -> str:
    """The host name as people read it, in U-labels; unchanged when it cannot be decoded."""
    try:
        return idna.decode(host.lower().strip("."), uts46=True)
    except (idna.IDNAError, UnicodeError):
        return host


def digits_of(typed: str) -> str:
    """Digits as people type them, without spaces and hyphens, fullwidth ones made plain."""
    return HYPHENS.sub("", unicodedata.normalize("NFKC", typed))
