"""The demonstration's own letters and organizations: complete, alike in three languages, invented."""

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "campaign" / "demonstration"
LANGUAGES = ("kk", "ru", "en")
PREFIX = {"kk": "Демонстрация: ", "ru": "Демонстрация: ", "en": "Demonstration: "}
INVENTED = {"kk": "ойдан шығарылған", "ru": "вымышлен", "en": "invented"}
KAZAKH_LETTERS = "әғқңөұүһі"
REAL_ONES = (
    "әділ сөз", "адил соз", "adil soz", "kibhr", "бюро по правам человека", "access now", "article 19",
    "human rights watch", "freedom house", "pen international", "pen america", "internews",
    "amnesty", "civicus", "reporters without borders",
)  # fmt: skip

#            headings, demands, footnotes, quotations, links
SHAPES = {"closed": (3, 5, 3, 1, 1), "open": (3, 5, 2, 1, 1), "draft": (2, 3, 1, 1, 1)}
SLUGS = {"closed": "demo-clean-air", "open": "demo-school-libraries", "draft": "demo-river-access"}


def toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


LETTERS = {folder: toml(FOLDER / folder / "letter.toml") for folder in SHAPES}
TEXTS = {
    (folder, language): (FOLDER / folder / f"{language}.md").read_text(encoding="utf-8")
    for folder in SHAPES
    for language in LANGUAGES
}
OFFICES = {office["key"]: office for office in toml(ROOT / "letters" / "data" / "offices.toml")["office"]}
ORGANIZATIONS: list[dict[str, Any]] = toml(FOLDER / "organizations.toml")["organization"]

each_letter = pytest.mark.parametrize("folder", SHAPES)
each_text = pytest.mark.parametrize(("folder", "language"), TEXTS)
each_organization = pytest.mark.parametrize(
    "organization", ORGANIZATIONS, ids=lambda organization: organization["slug"]
)


def count(pattern: str, text: str) -> int:
    return len(re.findall(pattern, text, re.MULTILINE))


def texts_in(value: Any) -> list[str]:
    """Every string inside a parsed table."""
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for part in inner for text in texts_in(part)]


def check_digit(digits: str) -> tuple[int | None, int]:
    """The check digit of eleven digits of a BIN and the pass that gave it; None when no number can exist."""
    for attempt, weights in enumerate(((*range(1, 12),), (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)), start=1):
        rest = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11
        if rest < 10:
            return rest, attempt
    return None, 2


def test_the_check_digit_of_this_file_agrees_with_known_numbers():
    assert check_digit("94124000019") == (3, 1)
    assert check_digit("97024000081") == (6, 2)
    assert check_digit("22114000010") == (None, 2)


@each_letter
def test_a_letter_folder_holds_the_four_files_and_nothing_else(folder):
    names = {path.name for path in (FOLDER / folder).iterdir()}

    assert names == {"letter.toml", "kk.md", "ru.md", "en.md"}


@each_text
def test_a_text_has_the_same_shape_in_every_language(folder, language):
    text = TEXTS[folder, language]
    shape = (
        count(r"^## ", text), count(r"^\d+\. ", text), count(r"^\[\^\w+\]: ", text), count(r"^> ", text),
        count(r"\]\(https://example\.org/\S+\)", text),
    )  # fmt: skip

    assert shape == SHAPES[folder]
    assert re.findall(r"^(\d+)\. ", text, re.MULTILINE) == [str(n + 1) for n in range(SHAPES[folder][1])]


@each_text
def test_footnotes_are_called_once_and_in_the_order_of_their_notes(folder, language):
    text = TEXTS[folder, language]

    assert re.findall(r"(?<!^)\[\^(\w+)\](?!:)", text, re.MULTILINE) == re.findall(r"^\[\^(\w+)\]:", text, re.MULTILINE)


@each_letter
def test_blocks_stand_in_the_same_order_in_every_language(folder):
    def outline(language: str) -> list[str]:
        return re.findall(r"^(#+ |\d+\. |> |\[\^\w+\]: |\S)", TEXTS[folder, language], re.MULTILINE)

    def kinds(language: str) -> list[str]:
        return [mark if len(mark) > 1 else "text" for mark in outline(language)]

    assert kinds("kk") == kinds("ru") == kinds("en")


@each_text
def test_a_text_says_at_once_that_it_is_a_demonstration_and_invented(folder, language):
    title, _, first = TEXTS[folder, language].partition("\n\n")

    assert title.startswith("# " + PREFIX[language])
    assert INVENTED[language] in first.split("\n\n")[0]
    assert LETTERS[folder]["summary"][language].startswith(PREFIX[language])
    assert INVENTED[language] in LETTERS[folder]["summary"][language]


@each_text
def test_a_text_is_as_long_as_a_real_letter(folder, language):
    assert 350 <= len(TEXTS[folder, language].split()) <= 600


@each_text
def test_no_word_mixes_scripts_and_quotation_marks_are_those_of_the_language(folder, language):
    text = re.sub(r"\]\([^)]*\)|\[\^\w+\]", " ", TEXTS[folder, language])

    assert not [
        word for word in re.findall(r"\w+", text) if re.search("[a-zə]", word, re.I) and re.search("[а-яё]", word, re.I)
    ]
    assert '"' not in text
    assert bool(re.search("[а-яё]", text, re.I)) == (language != "en")
    assert not re.search("[a-zə]", text if language != "en" else "", re.I)
    assert any(letter in text for letter in KAZAKH_LETTERS) == (language == "kk")


@each_letter
def test_a_letter_names_no_holder_and_only_offices_that_exist_on_its_day(folder):
    letter = LETTERS[folder]
    keys = [key for recipient in letter["recipient"] for key in recipient.get("offices", [recipient.get("office")])]
    day = letter["opens_at"].date()

    assert letter["slug"] == SLUGS[folder]
    assert all("holder" not in recipient for recipient in letter["recipient"])
    assert len(keys) == len(set(keys))
    for key in keys:
        assert OFFICES[key].get("valid_from", date.min) <= day <= OFFICES[key].get("valid_to", date.max)


@each_letter
def test_a_letter_has_an_addressee_first_and_its_copies_in_named_groups(folder):
    recipients = LETTERS[folder]["recipient"]

    assert recipients[0]["role"] == "to"
    assert [recipient["role"] for recipient in recipients] == sorted(
        (recipient["role"] for recipient in recipients), reverse=True
    )
    for recipient in recipients:
        assert ("group" in recipient) == (recipient["role"] == "cc")
        assert set(recipient.get("group", LANGUAGES)) == set(LANGUAGES)


def test_the_three_letters_share_one_complete_invented_issuer():
    issuer, *others = [letter["issuer"] for letter in LETTERS.values()]

    assert others == [issuer, issuer]
    assert issuer["number"] == {"scheme": "KZ-BIN", "id": "221140000111"}
    assert issuer["email"].endswith("@example.org")
    for language in LANGUAGES:
        assert set(issuer[language]) == {"name", "address", "signer", "post", "executor"}
        assert all(issuer[language].values())


def test_the_letters_have_their_dates_in_order_and_the_draft_is_not_published():
    for letter in LETTERS.values():
        assert letter["opens_at"] < letter["closes_at"]
        assert letter["opens_at"].utcoffset() is not None
    assert LETTERS["closed"]["closes_at"] < LETTERS["closed"]["published_at"]
    assert LETTERS["open"]["opens_at"] <= LETTERS["open"]["published_at"] < LETTERS["open"]["closes_at"]
    assert "published_at" not in LETTERS["draft"]


def test_thirty_organizations_with_slugs_domains_and_names_of_their_own():
    assert len(ORGANIZATIONS) == 30
    for field in ("slug", "domain", "website"):
        assert len({organization[field] for organization in ORGANIZATIONS}) == 30
    for language in LANGUAGES:
        assert len({organization["names"][language] for organization in ORGANIZATIONS}) == 30


@each_organization
def test_an_organization_is_complete_in_three_languages(organization):
    required = {"slug", "kind", "country", "original_language", "website", "domain", "names", "representative"}
    optional = {"note", "abbreviations", "number"}

    assert required <= set(organization) <= required | optional
    assert set(organization["representative"]) == {"name", "position", "basis"}
    representative = organization["representative"]
    tables = [organization["names"], representative["name"], representative["position"]]
    tables += [organization[field] for field in ("note", "abbreviations") if field in organization]
    for table in tables:
        assert set(table) == set(LANGUAGES)
        assert all(text and text == text.strip() for text in table.values())
    assert max(map(len, organization["names"].values())) <= 300


@each_organization
def test_an_organization_uses_known_choices_and_a_reserved_domain(organization):
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", organization["slug"])
    assert organization["kind"] in {"organization", "coalition", "network", "media"}
    assert organization["representative"]["basis"] in {"head", "board", "power", "other"}
    assert organization["original_language"] in LANGUAGES
    assert organization["domain"] == f"{organization['slug']}.example"
    assert organization["website"] == f"https://{organization['domain']}"
    assert re.fullmatch(r"[A-Z]{2}|", organization["country"])
    assert organization["country"] or organization["note"]


def test_every_bin_has_its_check_digit_and_one_needs_the_second_pass():
    numbers = [
        organization["number"]["id"]
        for organization in ORGANIZATIONS
        if organization.get("number", {}).get("scheme") == "KZ-BIN"
    ]
    numbers.append(LETTERS["closed"]["issuer"]["number"]["id"])
    passes = []
    for number in numbers:
        digit, attempt = check_digit(number[:11])

        assert (len(number), digit) == (12, int(number[11]))
        assert number[4:6] == "40"
        assert 1 <= int(number[2:4]) <= 12
        passes.append(attempt)
    assert len(set(numbers)) == len(numbers) >= 8
    assert 2 in passes[:-1]


def test_names_show_the_kazakh_alphabet_long_names_and_other_countries():
    first_letters = {organization["names"]["kk"].lstrip("«")[0].lower() for organization in ORGANIZATIONS}
    countries = {organization["country"] for organization in ORGANIZATIONS}

    assert first_letters >= set(KAZAKH_LETTERS) - {"ң"}  # no Kazakh word begins with ң
    assert sum("ң" in organization["names"]["kk"].lower() for organization in ORGANIZATIONS) >= 2
    assert sum(min(map(len, organization["names"].values())) >= 120 for organization in ORGANIZATIONS) >= 2
    assert countries == {"KZ", "KG", "UZ", "TJ", "GE", "DE", "PL", "GB", "US", ""}
    assert {organization["kind"] for organization in ORGANIZATIONS} == {"organization", "coalition", "network", "media"}


def test_no_real_organization_stands_in_the_demonstration():
    everything = [*TEXTS.values(), *texts_in(ORGANIZATIONS), *texts_in(list(LETTERS.values()))]

    assert not [(name, text) for text in everything for name in REAL_ONES if name in text.casefold()]
