"""Names of one organization meet in one form, whatever script, spelling or legal form they came in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signatories.matching import Names, closest, comparable, initials, latin, parts

TEXTS = st.text(max_size=40)


def alike(one: str, other: str) -> bool:
    """Whether the first name finds the second and the second the first."""
    found = [
        bool(closest(Names.of([wanted]), [(1, Names.of([owned]).keys, Names.of([owned]).initials)]))
        for wanted, owned in ((one, other), (other, one))
    ]
    assert found[0] == found[1]
    return found[0]


@pytest.mark.parametrize("name", ["Әділ сөз", "Адил соз", "Adil Soz", "«Ádil Sóz»", "ӘДІЛ СӨЗ", "əдiл сөз", "Adil-soz"])
def test_one_name_in_three_scripts_is_one_form(name):
    assert latin(name) == "adil soz"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Халықаралық", "Khalyqaralyq"),
        ("Құқық", "Quqyq"),
        ("Жұлдыз", "Zhuldyz"),
        ("Жұлдыз", "Juldız"),
        ("Шаңырақ", "Şañıraq"),
        ("Россия", "Rossiya"),
        ("Юность", "Yunost"),
        ("Чистый воздух", "Chisty vozdukh"),
    ],
)
def test_usual_transliterations_are_one_form(one, other):
    assert latin(one) == latin(other)


@given(TEXTS)
def test_the_form_of_a_form_is_the_form_of_its_words(text):
    assert all(word and not word.isspace() for word in latin(text).split())
    assert parts(Names.of([text]).words) == ([latin(text)] if latin(text) else [])


@pytest.mark.parametrize(
    "name",
    [
        "«Әділ сөз» қоғамдық қоры",
        "«Әділ сөз» ҚҚ",
        "Общественный фонд «Адил соз»",
        "ОФ «Адил соз»",
        "Adil Soz Public Foundation",
        "NGO Adil Soz",
        "ТОО «Адил соз»",
        "«Адил соз» ЖШС",
        "ОО «Адил соз»",
    ],
)
def test_words_of_legal_forms_do_not_count_in_comparing(name):
    assert comparable(name) == "adil soz"


@pytest.mark.parametrize("name", ["Қоғамдық қор", "Public Foundation", "ОФ"])
def test_a_name_of_nothing_but_legal_forms_keeps_them(name):
    assert comparable(name)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Казахстанское международное бюро по правам человека и соблюдению законности", "КМБПЧСЗ"),
        ("Казахстанское международное бюро по правам человека", "КМБПЧ"),
        ("Казахстанское международное бюро по правам человека и соблюдению законности", "КМБПЧ"),
        ("Kazakhstan International Bureau for Human Rights and Rule of Law", "KIBHR"),
        ("Kazakhstan International Bureau for Human Rights", "KIBHR"),
        ("Қазақстан журналистер мен баспасөз одағы", "ҚЖБО"),
    ],
)
def test_an_abbreviation_is_alike_with_the_name_that_it_shortens(name, short):
    assert latin(short) in initials(name)
    assert alike(name, short)
    assert not alike(name, short[:3])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Әділ сөз", "Adil Soz Public Foundation"),
        ("AdilSoz", "«Әділ сөз» қоры"),
        ("Центр правовой защиты", "Центр правовой защити"),
        ("Rights Watch Human", "Human Rights Watch"),
        ("Школа № 12", "№ 12 школа"),
    ],
)
def test_the_same_under_another_spelling_is_alike(one, other):
    assert alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("PEN America", "PEN International"),
        ("Amnesty International", "Transparency International"),
        ("Школа № 12", "Школа № 13"),
        ("Таза ауа", "Таза су"),
        ("Общественный фонд «Заря»", "Общественный фонд «Право»"),
        ("ҚҚО", "ҚҚБ"),
    ],
)
def test_others_are_not_alike(one, other):
    assert not alike(one, other)
