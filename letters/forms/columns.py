"""Fields that stand once in each language, as the columns that a form shows side by side."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.text import format_lazy

from campaign.base.errors import Refusal
from campaign.base.languages import LANGUAGE_NAMES, LANGUAGES
from campaign.base.plain import clean_line


@dataclass(frozen=True, slots=True)
class LanguageColumn:
    """The fields of one language."""

    language: str
    name: str
    fields: list[BoundField]


def columns_of(form: forms.BaseForm, names: tuple[str, ...]) -> list[LanguageColumn]:
    """The form's fields `name_kk`, `name_ru`, … by language."""
    return [
        LanguageColumn(language, LANGUAGE_NAMES[language], [form[f"{name}_{language}"] for name in names])
        for language in LANGUAGES
    ]


def name_languages(form: forms.BaseForm, names: tuple[str, ...]) -> None:
    """Say in the label and in the markup of every translated field which language it is in."""
    model: Any = form._meta.model  # type: ignore[attr-defined]
    for name in names:
        verbose = model._meta.get_field(name).verbose_name
        for language in LANGUAGES:
            field = form.fields[f"{name}_{language}"]
            field.label = format_lazy("{name} ({language})", name=_capital(verbose), language=LANGUAGE_NAMES[language])
            field.widget.attrs["lang"] = language


def _capital(words: Any) -> str:
    text = str(words)
    return text[:1].upper() + text[1:]


def in_languages(names: tuple[str, ...]) -> list[str]:
    """The names of the columns of these fields in all languages."""
    return [f"{name}_{language}" for name in names for language in LANGUAGES]


def clean_lines(form: forms.BaseForm, names: tuple[str, ...]) -> None:
    """Compose what was typed into these fields, in all languages, and make each run of spaces one; refuse odd characters."""
    for column in in_languages(names):
        typed = form.cleaned_data.get(column) or ""
        try:
            form.cleaned_data[column] = clean_line(typed, max(len(typed), 1))
        except Refusal as refusal:
            form.add_error(column, str(refusal))
