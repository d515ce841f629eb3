"""Figures, days and links that a translation lost are named before a letter is opened."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from campaign import demonstration
from letters.markdown.parity import Lost, Matter, lost
from letters.models import Letter
from tests.letters.addresses import at


def test_the_same_facts_in_the_forms_of_three_languages_are_no_difference() -> None:
    texts = {
        "kk": "2022 ж. 20 қараша күні 1 234,5 млн теңге және 1\u00a0000 адам.[^1]\n\n1. https://example.org/a\n2. екі\n\n[^1]: 12-бап",
        "ru": "20 ноября 2022 года 1 234,5 млн тенге и 1\u202f000 человек.[^1]\n\n1. https://example.org/a\n2. два\n\n[^1]: статья 12",
        "en": "On 20 November 2022 KZT 1,234.5 million and 1,000 people.[^1]\n\n1. https://example.org/a\n2. two\n\n[^1]: article 12",
    }

    assert lost(texts) == []


@pytest.mark.parametrize(
    ("english", "found"),
    [
        ("On 21 November 2022, 26 groups, https://a.example", ("20", "20.11", "21", "21.11")),
        ("On 20 November 2023, 26 groups, https://a.example", ("2022", "2023")),
        ("On 20 November 2022, 28 groups, https://a.example", ("26", "28")),
        ("On 20 November 2022, 26 groups, https://b.example", ("https://a.example", "https://b.example")),
        ("On 20 December 2022, 26 groups, https://a.example", ("20.11", "20.12")),
    ],
)
def test_what_differs_is_named(english: str, found: tuple[str, ...]) -> None:
    texts = {
        "kk": "2022 ж. 20 қарашада 26 ұйым, https://a.example",
        "ru": "20 ноября 2022 года 26 организаций, https://a.example",
        "en": english,
    }

    assert sorted(one.text for one in lost(texts)) == sorted(found)


def test_names_are_the_same_in_every_alphabet_and_case() -> None:
    texts = {
        "kk": "Қ. Тоқаевқа, Ж. Қасымбектің орнына. Kcell мен Tele2 компанияларына, XXI ғасырда.",
        "ru": "К. К. Токаеву, вместо Ж. Касымбека. Компаниям Kcell и Tele2, в XXI веке.",
        "en": "To Kassym-Jomart Tokayev, in place of Zh. Kassymbek. To Kcell and Tele2, in the 21st century.",
    }

    assert [one for one in lost(texts) if one.matter == Matter.NAME] == []


@pytest.mark.parametrize(
    ("language", "before", "after", "found"),
    [
        ("en", "M. Auezov", "the minister", ("Әуезовке", ("kk", "ru"), ("en",))),
        ("ru", "Beeline", "оператору", ("Beeline", ("kk", "en"), ("ru",))),
    ],
)
def test_a_name_that_a_translation_lost_is_named(
    language: str, before: str, after: str, found: tuple[Any, ...]
) -> None:
    texts = {
        "kk": "М. Әуезовке және Beeline операторына.",
        "ru": "М. Ауэзову и Beeline.",
        "en": "To M. Auezov and Beeline.",
    }
    texts[language] = texts[language].replace(before, after)

    names = [(one.text, one.found, one.missing) for one in lost(texts) if one.matter == Matter.NAME]

    assert names == [found]


KAZAKH_ENDINGS = ["", "тың", "ке", "ты", "та", "тен", "пен"]
RUSSIAN_ENDINGS = ["", "а", "у", "ым", "е"]
PEOPLE = [
    ("Тоқаев", "Токаев", "Tokayev"),
    ("Әуезов", "Ауэзов", "Auezov"),
    ("Алексеев", "Алексеев", "Alexeyev"),
    ("Жапаров", "Жапаров", "Japarov"),
    ("Уәлиханов", "Валиханов", "Valikhanov"),
    ("Таңатов", "Танатов", "Tangatov"),
    ("Пушкин", "Пушкин", "Pushkin"),
    ("Қасымбек", "Касымбек", "Kassymbek"),
    ("Макрон", "Макрон", "Macron"),
    ("Уилсон", "Уилсон", "Wilson"),
    ("Шрёдер", "Шрёдер", "Schröder"),
]


@pytest.mark.parametrize("people", PEOPLE)
@pytest.mark.parametrize("russian", RUSSIAN_ENDINGS)
@pytest.mark.parametrize("kazakh", KAZAKH_ENDINGS)
def test_endings_and_spellings_give_no_alarm(people: tuple[str, str, str], kazakh: str, russian: str) -> None:
    kk, ru, en = people[0] + kazakh, people[1] + russian, people[2]

    assert lost({"kk": f"Айбек {kk} келді.", "ru": f"Приехал Айбек {ru}.", "en": f"Aibek {en} came."}) == []
    assert lost({"kk": f"А. {kk} келді.", "ru": f"Приехал А. {ru}.", "en": f"A. {en}’s visit."}) == []


@pytest.mark.parametrize("people", [one for one in PEOPLE if one[2].endswith(("ov", "ev"))])
@pytest.mark.parametrize("missing", ["kk", "ru", "en"])
def test_a_full_name_that_one_language_lost_is_named(people: tuple[str, str, str], missing: str) -> None:
    kk, ru, en = people
    texts = {"kk": f"Айбек {kk}пен бірге.", "ru": f"С Айбеком {ru}ым.", "en": f"With Aibek {en}."}
    texts[missing] = "…"

    (found,) = lost(texts)

    assert (found.matter, found.missing) == (Matter.NAME, (missing,))


def test_women_are_named_in_every_case() -> None:
    texts = {
        "kk": "Айгүл Нұрғалиеваға, Сәуле Ахметованың өтініші.",
        "ru": "Айгуль Нургалиевой, просьба Сауле Ахметовой.",
        "en": "To Aigul Nurgaliyeva, Saule Akhmetova’s request.",
    }

    assert lost(texts) == []


@pytest.mark.parametrize(
    "texts",
    [
        {"kk": "Бірінші Министр Женевада.", "ru": "Премьер-министр в Женеве.", "en": "The Prime Minister in Geneva."},
        {"kk": "Ол Женевада болды.", "ru": "Он был в городе Женеве.", "en": "He was in Geneva."},
        {"kk": "Украина басшысы.", "ru": "Глава Украины.", "en": "The President of Ukraine."},
    ],
)
def test_titles_and_places_are_no_people(texts: dict[str, str]) -> None:
    assert lost(texts) == []


@pytest.mark.parametrize("folder", ["open", "closed", "draft"])
def test_letters_that_were_translated_with_care_give_no_alarm(folder: str) -> None:
    texts = {
        language: (Path(demonstration.__file__).parent / folder / f"{language}.md").read_text()
        for language in ("kk", "ru", "en")
    }

    assert lost(texts) == []


def test_another_person_in_one_language_is_named_twice() -> None:
    texts = {"kk": "М. Әуезовке.", "ru": "А. Иванову.", "en": "To M. Auezov."}

    names = {(one.text, one.found, one.missing) for one in lost(texts)}

    assert names == {("Әуезовке", ("kk", "en"), ("ru",)), ("Иванову", ("ru",), ("kk", "en"))}


def test_what_was_lost_says_where() -> None:
    assert lost({"kk": "5 және 5", "ru": "5 и 5", "en": "5"}) == [Lost(Matter.FIGURE, "5", ("kk", "ru"), ("en",))]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("kk", "2025 саны: бар – Қазақша, Русский; жоқ (немесе аз) – English"),
        ("ru", "число 2025: есть — Қазақша, Русский; нет (или реже) — English"),
        ("en", "the figure 2025: in Қазақша, Русский, not (or less often) in English"),
    ],
)
def test_the_page_before_opening_tells_it_and_lets_open(desk: Client, draft: Any, language: str, words: str) -> None:
    Letter.objects.filter(pk=draft.pk).update(body_en=draft.text("body", "en").replace("2025", "2024"))

    page = desk.get(at("desk-letter-open", "clean-air", language=language)).content.decode()

    assert f"<li>{words}</li>" in page
    desk.post(at("desk-letter-open", "clean-air"))
    assert Letter.objects.get(pk=draft.pk).state == "open"


@pytest.mark.django_db
def test_texts_that_say_the_same_give_no_hint(desk: Client, draft: Any) -> None:
    assert desk.get(at("desk-letter-open", "clean-air")).context["hints"] == []
