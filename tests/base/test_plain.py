"""One-line names: tidied, and refused where they deceive."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from campaign.base.errors import Refusal
from campaign.base.plain import (
    LineHasTooManyMarks,
    LineRefused,
    LineTooLong,
    clean_line,
    validate_name,
    validate_plain_line,
    validate_plain_text,
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Адал   сөз\u00a0\n қоры ", "Адал сөз қоры"),
        ("и\u0306", "й"),
        ("<b>A & B</b>", "<b>A & B</b>"),
        ("=1+2", "=1+2"),
        ("\u00a0\u3000 ", ""),
    ],
)
def test_a_line_is_tidied_and_its_markup_stays_text(typed, kept):
    assert clean_line(typed, 50) == kept


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("Adil\u202egpj", LineRefused),
        ("Adil\0", LineRefused),
        ("Ad\u00adil", LineRefused),
        ("Ad\u200dil", LineRefused),
        ("\ud83d", LineRefused),
        ("x" + "\u0316" * 5, LineHasTooManyMarks),
        ("x" * 51, LineTooLong),
    ],
)
def test_what_deceives_or_has_no_room_is_refused(typed, refusal):
    with pytest.raises(refusal) as refused:
        clean_line(typed, 50)

    assert isinstance(refused.value, Refusal)
    assert "%" not in str(refused.value)


def test_a_form_hears_it_as_a_sentence_that_names_the_character():
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        validate_plain_line("Adil\u202egpj")

    assert refused.value.messages == [
        "This line holds the character U+202E RIGHT-TO-LEFT OVERRIDE, which cannot be seen or changes how the text around it "
        "reads. Delete it and try again."
    ]


def test_a_text_of_several_lines_names_the_line():
    validate_plain_text("one\r\ntwo")

    with pytest.raises(ValidationError, match=r"U\+200B"):
        validate_plain_text("one\r\ntwo\u200b")


@pytest.mark.parametrize("name", ["Vlast.kz", "26 ұйым", "№ 1 мектеп 2022–2023", "Ө. Үлгіұлы", "D’Arc & Co. (KZ)"])
def test_an_honest_name_passes(name):
    validate_name(name)


@pytest.mark.parametrize("name", ["Buy https://x.kz", "www.casino.kz", "Call +7 (727) 000-00-00", "87270000000"])
def test_an_advertisement_is_no_name(name):
    with pytest.raises(ValidationError):
        validate_name(name)
