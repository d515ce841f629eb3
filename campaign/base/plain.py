"""Names and other short texts of one line, as people type them."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from campaign.base.canonical import TextRefused, TooManyMarks, clean_text, refuse_characters
from campaign.base.errors import Refusal

_WEB_ADDRESS = re.compile(r"(?:https?|ftp)://|\bwww\.", re.IGNORECASE)
_TELEPHONE = re.compile(r"\d(?:[\s().-]{0,3}\d){9}")


class LineRefused(Refusal):
    """A line holds a character that cannot be seen, or changes how the text around it reads."""

    reason = _(
        "This line holds the character %(character)s, which cannot be seen or changes how the text around it reads. "
        "Delete it and try again."
    )


class LineHasTooManyMarks(Refusal):
    """A letter of the line carries more than four combining marks."""

    reason = _(
        "In this line more than four combining marks stand on one letter, the last being %(character)s. "
        "Delete them and try again."
    )


class LineTooLong(Refusal):
    """A line is longer than there is room for."""

    reason = _("This line has %(length)s characters, and there is room for %(limit)s. Shorten it and try again.")


class NameAdvertises(Refusal):
    """A name holds a web address or a telephone number."""

    reason = _("A name cannot hold a web address or a telephone number. Give the name alone.")


def clean_line(text: str, limit: int) -> str:
    """The text as one line: composed, no spaces at its ends, each run of white space one space; may be empty.

    Markup stays text: whoever shows the line escapes it.

    :param limit: the longest line that is taken, in characters.
    :raises Refusal: `LineRefused`, `LineHasTooManyMarks` or `LineTooLong`.
    """
    line = " ".join(text.split())
    try:
        refuse_characters(line, allowed="")
    except TooManyMarks as refusal:
        raise LineHasTooManyMarks(**refusal.facts) from refusal
    except TextRefused as refusal:
        raise LineRefused(**refusal.facts) from refusal
    composed = unicodedata.normalize("NFC", line)
    if len(composed) > limit:
        raise LineTooLong(length=len(composed), limit=limit)
    return composed


def validate_plain_line(value: str) -> None:
    """Validator of a field of one line: no invisible characters, no piles of combining marks.

    :raises ValidationError: in the reader's language, naming the character.
    """
    try:
        clean_line(value, len(value) + 1)
    except Refusal as refusal:
        raise ValidationError(str(refusal), code="plain_line") from refusal


def validate_plain_text(value: str) -> None:
    """Validator of a field of several lines: no invisible characters, no piles of combining marks.

    :raises ValidationError: in the reader's language, naming the character and its line.
    """
    try:
        clean_text(value)
    except TextRefused as refusal:
        raise ValidationError(str(refusal), code="plain_text") from refusal


def validate_name(value: str) -> None:
    """Validator of the name of a person or an organization: a plain line without a web address or a telephone number.

    A name such as «Vlast.kz» passes.

    :raises ValidationError: in the reader's language.
    """
    validate_plain_line(value)
    if _WEB_ADDRESS.search(value) or _TELEPHONE.search(value):
        raise ValidationError(NameAdvertises.reason, code="name_advertises")
