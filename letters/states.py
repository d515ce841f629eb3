"""Fixed choices of the first floor, and which move of a letter leads where."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class LetterState(models.TextChoices):
    """The life of a letter."""

    # Translators: state of a letter
    DRAFT = "draft", pgettext_lazy("letter", "draft")
    # Translators: state of a letter: signatures are collected
    OPEN = "open", pgettext_lazy("letter", "open")
    CLOSED = "closed", pgettext_lazy("letter", "closed")
    ARCHIVED = "archived", pgettext_lazy("letter", "archived")
    WITHDRAWN = "withdrawn", pgettext_lazy("letter", "withdrawn")


REACHED_FROM = {  # nothing else moves a letter
    LetterState.OPEN: {LetterState.DRAFT},
    LetterState.CLOSED: {LetterState.OPEN},
    LetterState.ARCHIVED: {LetterState.CLOSED},
    LetterState.WITHDRAWN: {LetterState.DRAFT, LetterState.OPEN},
}


class LetterKind(models.TextChoices):
    """What a letter is. Never a petition: that word has a legal meaning in Kazakhstan."""

    OPEN_LETTER = "open_letter", _("open letter")
    STATEMENT = "statement", _("statement")
    APPEAL = "appeal", _("appeal")


class RecipientRole(models.TextChoices):
    """Rank of a recipient."""

    # Translators: the letter is addressed to this office
    TO = "to", pgettext_lazy("recipient", "addressee")
    CC = "cc", pgettext_lazy("recipient", "copy")


class OfficeKind(models.TextChoices):
    """Whose post an office is."""

    STATE = "state", _("state body")
    COMPANY = "company", _("company")
    INTERNATIONAL = "international", _("international body")


class RegistrationScheme(models.TextChoices):
    """Registers of legal entities (org-id.guide); any other is named in words."""

    KZ_BIN = "KZ-BIN", _("BIN (Kazakhstan)")
    KG_TIN = "KG-TIN", _("Kyrgyzstan, tax number")
    UZ_KTUT = "UZ-KTUT", _("Uzbekistan, KTUT")
    TJ_TIN = "TJ-TIN", _("Tajikistan, tax number")
    RU_OGRN = "RU-OGRN", _("Russia, OGRN")
    UA_EDR = "UA-EDR", _("Ukraine, EDR")
    GB_CHC = "GB-CHC", _("England and Wales, charity number")
    GB_COH = "GB-COH", _("United Kingdom, company number")
    US_EIN = "US-EIN", _("United States, EIN")
    DE_CR = "DE-CR", _("Germany, register of associations")
    PL_KRS = "PL-KRS", _("Poland, KRS")
    NL_KVK = "NL-KVK", _("Netherlands, KVK")
    FR_INSEE = "FR-INSEE", _("France, SIREN")
    CZ_ICO = "CZ-ICO", _("Czechia, IČO")
    GE_NAPR = "GE-NAPR", _("Georgia, identification code")
    OTHER = "other", _("another register")
