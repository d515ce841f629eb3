"""Names are found and sorted as people of the three languages expect."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.base.languages import (
    CYRILLIC_ALPHABET,
    LANGUAGE_CHOICES,
    LANGUAGES,
    fold,
    list_and,
    slug_of,
    sort_key,
)

TEXTS = st.text(alphabet=st.characters(codec="utf-8"), max_size=40)
NAMES = st.text(alphabet='АаӘәҚқІіІИийЙЁёЕеZzAaÉé «»"()-12', max_size=12)


def sorted_for(language, *names):
    shuffled = list(names)
    random.Random(7).shuffle(shuffled)
    return sorted(shuffled, key=lambda name: sort_key(name, language))


def test_kazakh_comes_first_and_calls_itself_by_the_name_people_use():
    assert LANGUAGE_CHOICES == [("kk", "Қазақша"), ("ru", "Русский"), ("en", "English")]


def test_the_alphabet_has_the_42_kazakh_letters():
    assert len(set(CYRILLIC_ALPHABET)) == len(CYRILLIC_ALPHABET) == 42


@pytest.mark.parametrize("typed", ["кукык", "құқық", "ҚҰҚЫҚ", "«Құқық»", " құқық. ", "kукык"])
def test_what_a_person_types_finds_a_kazakh_name(typed):
    assert fold(typed) == fold("Құқық") == "кукык"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("негізгі", "негiзгi"),
        ("әкімшілік", "əкiмшiлiк"),
        ("гауһар", "гауhар"),
        ("орлёнок", "Орленок"),
        ("амнести", "«Амнести»"),
        ("cafe", "Café"),
        ("Amnesty International", "amnesty — international"),
    ],
)
def test_another_spelling_finds_the_same_name(typed, name):
    assert fold(typed) == fold(name)


def test_a_latin_word_is_not_turned_into_cyrillic():
    assert fold("Chance") == "chance"


@given(TEXTS)
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


def test_kazakh_letters_stand_where_the_alphabet_puts_them():
    names = (
        "Ақ",
        "Әділ",
        "Бақыт",
        "Ғалым",
        "Дала",
        "Ел",
        "Ёлка",
        "Жол",
        "Иен",
        "Кен",
        "Қор",
        "Нан",
        "Оқу",
        "Өнер",
        "Ұлт",
        "Үміт",
    )
    names += ("Фонд", "Хат", "Һәм", "Цирк", "Ыбырай", "Іле", "Эко", "Яблоко")

    assert sorted_for("kk", *names) == list(names)


def test_cyrillic_comes_first_on_kazakh_and_russian_pages_and_last_on_english_ones():
    assert sorted_for("kk", "Zakon", "Ян", "Access") == ["Ян", "Access", "Zakon"]
    assert sorted_for("ru", "Zakon", "Ян", "Access") == ["Ян", "Access", "Zakon"]
    assert sorted_for("en", "Zakon", "Ян", "Access") == ["Access", "Zakon", "Ян"]


def test_quotation_marks_and_brackets_do_not_count():
    assert sorted_for("ru", "Бета", "«Альфа»", "(Гамма)", "“Вега”") == ["«Альфа»", "Бета", "“Вега”", "(Гамма)"]


def test_a_capital_letter_counts_only_between_equal_names():
    assert sorted_for("kk", "Ел", "ел", "ЕЛА", "екі") == ["екі", "ел", "Ел", "ЕЛА"]


@given(NAMES, NAMES, st.sampled_from(LANGUAGES))
def test_two_different_names_always_have_an_order(one, other, language):
    keys = sort_key(one, language), sort_key(other, language)

    assert (keys[0] == keys[1]) == (one == other)
    assert (keys[0] < keys[1]) + (keys[0] == keys[1]) + (keys[0] > keys[1]) == 1


@given(TEXTS, st.sampled_from(LANGUAGES))
def test_any_text_can_be_sorted(text, language):
    assert sort_key(text, language) == sort_key(text, language)


@pytest.mark.parametrize(
    ("language", "two", "three"),
    [("kk", "А, Б", "А, Б, В"), ("ru", "А и Б", "А, Б и В"), ("en", "А and Б", "А, Б and В")],
)
def test_a_list_is_joined_as_the_language_does(language, two, three):
    assert list_and([], language) == ""
    assert list_and(["А"], language) == "А"
    assert list_and(["А", "Б"], language) == two
    assert list_and(["А", "Б", "В"], language) == three


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Өңір әкімі", "onir-akimi"),
        ("Құқық қорғау ұйымы", "quqyq-qorgau-uiymy"),
        ("Щит и ёлка, №5!", "shchit-i-elka-5"),
        ("Adil Sóz — 2022", "adil-soz-2022"),
        ("Объявление", "obyavlenie"),
        ("…", ""),
    ],
)
def test_an_address_is_spelled_in_latin_letters(text, slug):
    assert slug_of(text) == slug


@given(TEXTS)
def test_an_address_holds_nothing_but_letters_digits_and_single_hyphens(text):
    slug = slug_of(text)

    assert slug == slug_of(slug)
    assert all(part.isascii() and part.isalnum() and part == part.lower() for part in slug.split("-")) or slug == ""
