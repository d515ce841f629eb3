"""The offices directory that is shipped: complete, in the right grammatical form, and consistent in time."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

OFFICES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parents[2] / "letters" / "data" / "offices.toml").read_text(encoding="utf-8")
)["office"]
BY_KEY = {office["key"]: office for office in OFFICES}
LANGUAGES = ("kk", "ru", "en")
FIELDS = {"name", "short_name", "body", "addressee_with_person", "addressee_alone", "salutation", "address"}
HEAD = {"key", "order", "kind", "valid_from", "valid_to", "successor"}

NOT_POSSESSIVE = {"уәкіл": "уәкілге", "баяндамашы": "баяндамашыға"}
BACK, FRONT = "аоұы", "әөүіе"

RUSSIAN_DATIVES = {
    "Президент": "Президенту", "Вице-Президент": "Вице-Президенту", "Премьер-Министр": "Премьер-Министру",
    "Заместитель": "Заместителю", "Министр": "Министру", "Прокурор": "Прокурору", "Генеральный": "Генеральному",
    "Председатель": "Председателю", "Уполномоченный": "Уполномоченному", "Руководитель": "Руководителю",
    "Аким": "Акиму", "директор": "директору", "Специальный": "Специальному", "докладчик": "докладчику",
    "Рабочая": "Рабочей", "группа": "группе",
}  # fmt: skip


def each_office() -> list[Any]:
    return [pytest.param(office, id=office["key"]) for office in OFFICES]


def first_day(office: dict[str, Any]) -> date:
    day = office.get("valid_from", date.min)
    assert isinstance(day, date)
    return day


def last_day(office: dict[str, Any]) -> date:
    day = office.get("valid_to", date.max)
    assert isinstance(day, date)
    return day


def kazakh_dative(title: str) -> str:
    """The stand-alone dative of a title by vowel harmony; only the last word changes."""
    *before, last = title.split(" ")
    if last in NOT_POSSESSIVE:
        return " ".join([*before, NOT_POSSESSIVE[last]])
    assert last.endswith(("ы", "і")), last
    return title + ("на" if last[-1] in BACK else "не")


def test_there_are_thirty_offices_of_kazakhstan_and_seven_of_the_united_nations():
    kinds = [office["kind"] for office in OFFICES]

    assert (kinds.count("state"), kinds.count("company"), kinds.count("international")) == (26, 4, 7)
    assert len(OFFICES) == 37


def test_keys_and_orders_are_unique_and_the_file_stands_in_order():
    orders = [office["order"] for office in OFFICES]

    assert len(BY_KEY) == len(OFFICES)
    assert orders == sorted(set(orders))


@pytest.mark.parametrize("office", each_office())
def test_every_field_is_there_in_every_language_and_nothing_else(office):
    assert set(office) - HEAD == set(LANGUAGES)
    for language in LANGUAGES:
        assert set(office[language]) == FIELDS, language
        for field, text in office[language].items():
            assert text == text.strip(), (language, field)
            assert text or field == "address", (language, field)
            assert len(text) <= (160 if field == "short_name" else 200 if field == "salutation" else 300)


@pytest.mark.parametrize("office", each_office())
def test_an_address_is_known_in_all_languages_or_in_none(office):
    assert len({bool(office[language]["address"]) for language in LANGUAGES}) == 1


@pytest.mark.parametrize("field", ["name", "short_name"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_offices_share_a_name(language, field):
    names = [office[language][field] for office in OFFICES]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize("office", each_office())
def test_kazakh_takes_the_suffix_on_the_last_word_only_and_by_vowel_harmony(office):
    kazakh = office["kk"]

    assert kazakh["addressee_alone"] == kazakh_dative(kazakh["name"])
    assert kazakh["addressee_with_person"] == kazakh["name"]


@pytest.mark.parametrize("office", each_office())
def test_the_last_vowels_of_a_kazakh_title_agree_with_its_suffix(office):
    alone = office["kk"]["addressee_alone"]
    vowels = [letter for letter in alone.lower() if letter in BACK + FRONT]

    assert (vowels[-1] in BACK) == (vowels[-2] in BACK)


@pytest.mark.parametrize("office", each_office())
def test_russian_puts_the_post_in_the_dative_with_a_person_and_alone(office):
    russian = office["ru"]
    parts = [
        " ".join(RUSSIAN_DATIVES.get(word, word) if place < 2 else word for place, word in enumerate(part.split(" ")))
        for part in russian["name"].split(" – ")
    ]

    assert russian["addressee_alone"] == " – ".join(parts) != russian["name"]
    assert russian["addressee_with_person"] == russian["addressee_alone"]


@pytest.mark.parametrize("office", each_office())
def test_english_has_no_cases(office):
    english = office["en"]

    assert english["addressee_alone"] == english["addressee_with_person"] == english["name"]


@pytest.mark.parametrize("office", each_office())
def test_salutations_name_no_sex_and_end_as_the_language_wants(office):
    endings = {"kk": "!", "ru": "!", "en": ","}
    sexed = ("мырза", "ханым", "господин", "госпожа", "Sir", "Madam", "Mr", "Ms")
    for language in LANGUAGES:
        salutation = office[language]["salutation"]

        assert salutation.endswith(endings[language])
        assert not any(word in salutation for word in sexed)


@pytest.mark.parametrize("office", each_office())
def test_an_office_ends_after_it_begins_and_only_an_ended_one_has_a_successor(office):
    assert first_day(office) <= last_day(office)
    assert "successor" not in office or "valid_to" in office


@pytest.mark.parametrize(
    "office", [office for office in OFFICES if "successor" in office], ids=lambda office: office["key"]
)
def test_a_successor_exists_and_begins_after_its_predecessor_ended(office):
    successor = BY_KEY[office["successor"]]

    assert first_day(successor) > last_day(office)


def test_the_posts_of_november_2022_are_those_of_that_time():
    day = date(2022, 11, 18)
    valid = {office["key"] for office in OFFICES if first_day(office) <= day <= last_day(office)}

    assert valid >= {
        "president", "prime-minister", "minister-information-and-social-development", "minister-digital-development",
        "minister-internal-affairs", "chair-national-security-committee", "chair-mazhilis", "chair-senate",
        "kazakhtelecom", "kcell", "beeline-kazakhstan", "tele2-altel",
    }  # fmt: skip
    assert not valid & {
        "vice-president", "chair-kurultai", "chair-constitutional-court", "minister-culture-and-information",
        "minister-artificial-intelligence-and-digital-development",
    }  # fmt: skip


def test_forms_that_a_registry_clerk_would_notice():
    def kazakh(key: str) -> str:
        return str(BY_KEY[key]["kk"]["addressee_alone"])

    assert kazakh("president") == "Қазақстан Республикасының Президентіне"
    assert kazakh("prosecutor-general") == "Қазақстан Республикасының Бас Прокурорына"
    assert kazakh("chair-supreme-court") == "Қазақстан Республикасы Жоғарғы Сотының Төрағасына"
    assert kazakh("akim-almaty") == "Алматы қаласының әкіміне"
    assert kazakh("commissioner-human-rights") == "Қазақстан Республикасындағы Адам құқықтары жөніндегі уәкілге"
    assert kazakh("un-arbitrary-detention") == "Өзінше ұстау жөніндегі жұмыс тобына"
    assert BY_KEY["president"]["ru"]["addressee_with_person"] == "Президенту Республики Казахстан"


def test_kazakh_names_hold_no_latin_look_alikes_inside_cyrillic_words():
    latin = {"Beeline", "Tele2/Altel", "Avenue", "de", "la", "Paix", "Geneva"}
    for office in OFFICES:
        for text in office["kk"].values():
            for word in text.replace("(", " ").replace(")", " ").replace(",", " ").split():
                mixed = any("a" <= letter.lower() <= "z" or letter in "əƏ" for letter in word)
                assert not mixed or word in latin, (office["key"], word)
