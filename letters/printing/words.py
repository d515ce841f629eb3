"""Words of the printed page that depend on what is printed, in the active language."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from letters.printing.payload import Payload
from letters.states import LetterKind, RegistrationScheme

_KINDS = {
    LetterKind.OPEN_LETTER: pgettext_lazy("above a printed letter", "Open letter"),
    LetterKind.STATEMENT: pgettext_lazy("above a printed letter", "Statement"),
    LetterKind.APPEAL: pgettext_lazy("above a printed letter", "Appeal"),
}
_PREVAILING = {
    "kk": gettext_lazy("Text in Kazakh, Russian and English; the Kazakh text prevails."),
    "ru": gettext_lazy("Text in Kazakh, Russian and English; the Russian text prevails."),
    "en": gettext_lazy("Text in Kazakh, Russian and English; the English text prevails."),
}


def kind_name(kind: str) -> str:
    """What stands above the title: “Open letter”."""
    return str(_KINDS[LetterKind(kind)])


def prevailing_text(original_language: str) -> str:
    """Which of the three texts prevails, as a sentence."""
    return str(_PREVAILING[original_language])


def number_label(scheme: str) -> str:
    """What the issuer's number is called in a letterhead: “BIN”."""
    if scheme == RegistrationScheme.KZ_BIN:
        # Translators: business identification number, in a letterhead: БСН, БИН
        return pgettext("letterhead", "BIN")
    if scheme in ("", RegistrationScheme.OTHER):
        return _("Registration number")
    return str(RegistrationScheme(scheme).label)


def addendum_title(payload: Payload, day: str) -> str:
    """The title of an addendum: “Addendum 1 to the letter No. 12/2026 of 20 November 2026”."""
    facts = {"number": payload.addendum, "reference": payload.reference, "day": day}
    if payload.reference:
        return _("Addendum %(number)s to the letter No. %(reference)s of %(day)s") % facts
    return _("Addendum %(number)s to the letter of %(day)s") % facts


def source_name(source: str) -> str:
    """How a signature came."""
    return {"paper": _("on paper"), "mail": _("by e-mail")}.get(source, _("on this site"))


def text_number(number: int) -> str:
    """Which of several texts was signed: “text 1”."""
    # Translators: beside the name of a signatory who signed an earlier text of a letter: 1-мәтін, текст 1
    return pgettext("beside a signatory", "text %(number)d") % {"number": number}


def mark_word(payload: Payload) -> str:
    """The word across every page of what is no real letter, or nothing."""
    if payload.draft:
        # Translators: printed in large letters across every page of a preview
        return pgettext("across the page", "DRAFT")
    if payload.demonstration:
        # Translators: printed in large letters across every page that a demonstration prints
        return pgettext("across the page", "DEMONSTRATION")
    return ""
