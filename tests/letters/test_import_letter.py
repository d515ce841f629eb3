"""A letter comes as a folder: by command, or as a ZIP at the desk."""

import io
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from campaign.base.models import JournalEntry, User
from letters.models import Campaign, Coordinator, Issuer, Letter, Office, Recipient
from letters.services.office import seed_offices
from letters.states import LetterState
from tests.letters.addresses import at

pytestmark = pytest.mark.django_db

DEMONSTRATION = Path(__file__).parents[2] / "campaign" / "demonstration" / "draft"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that can be spoiled; it names an issuer, a campaign and two offices."""
    seed_offices()
    return Path(shutil.copytree(DEMONSTRATION, tmp_path / "letter"))


def change(folder: Path, name: str, before: str, after: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert before in text
    (folder / name).write_text(text.replace(before, after, 1), encoding="utf-8")


def packed(folder: Path) -> SimpleUploadedFile:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, f"letter/{file.name}")
    return SimpleUploadedFile("letter.zip", memory.getvalue(), content_type="application/zip")


def import_by_command(folder: Path, **options: Any) -> tuple[str, str]:
    """What the command says, and what it complains of."""
    said, complained = io.StringIO(), io.StringIO()
    try:
        call_command("import_letter", str(folder), stdout=said, stderr=complained, **options)
    except CommandError as error:
        complained.write(f"{error}\n")
    return said.getvalue(), complained.getvalue()


def nothing_was_kept() -> bool:
    return not (
        Letter.objects.exists()
        or Campaign.objects.exists()
        or Recipient.objects.exists()
        or Issuer.objects.filter(key="demonstration-foundation").exists()
        or JournalEntry.objects.exists()
    )


def test_the_command_makes_a_draft_with_everything_in_the_folder(folder: Path):
    said, complained = import_by_command(folder)

    letter = Letter.objects.get()
    assert complained == ""
    assert said.splitlines()[:3] == [
        "The letter “demo-river-access” is imported as a draft.",
        "The issuer “Demonstration Foundation for Open Letters” is new.",
        "The campaign “demo-river-access” is new. An administrator can give it a title.",
    ]
    assert (letter.state, letter.kind, letter.original_language) == (LetterState.DRAFT, "open_letter", "en")
    assert letter.opens_at is not None
    assert letter.opens_at.isoformat() == "2027-02-01T04:00:00+00:00"
    assert letter.languages() == ["kk", "ru", "en"]
    assert letter.issuer.missing_fields() == []
    assert [(row.role, row.office.key, row.group_ru) for row in letter.recipients.order_by("order")] == [
        ("to", "akim-almaty", ""),
        ("cc", "commissioner-human-rights", "Защита прав"),
    ]


def test_the_command_makes_a_person_coordinator_of_the_issuer(folder: Path, stranger: User):
    import_by_command(folder, coordinator="Stranger@example.net")

    assert Coordinator.objects.get().user == stranger


def test_the_command_refuses_a_coordinator_that_nobody_is(folder: Path):
    _said, complained = import_by_command(folder, coordinator="nobody@example.net")

    assert complained.startswith("Nobody here has the address nobody@example.net.")
    assert nothing_was_kept()


def test_a_folder_imported_twice_is_refused_the_second_time(folder: Path):
    import_by_command(folder)
    said, complained = import_by_command(folder)

    assert said == ""
    assert complained.splitlines() == [
        "letter.toml:2: There is already a letter with the address “demo-river-access”. Choose another one.",
        "The letter was not imported, and nothing was changed.",
    ]
    assert Letter.objects.count() == 1


def test_an_unknown_office_is_refused_with_its_line(folder: Path):
    change(folder, "letter.toml", '"akim-almaty"', '"akim-atlantis"')

    _said, complained = import_by_command(folder)

    line = (folder / "letter.toml").read_text(encoding="utf-8").splitlines().index('office = "akim-atlantis"') + 1
    assert complained.splitlines()[0] == (f"letter.toml:{line}: The office “akim-atlantis” is not in the directory.")
    assert nothing_was_kept()


def test_all_that_does_not_fit_is_said_at_once(folder: Path):
    import_by_command(folder)
    change(folder, "letter.toml", '"akim-almaty"', '"akim-atlantis"')
    change(folder, "letter.toml", '"commissioner-human-rights"', '"commissioner-of-atlantis"')

    _said, complained = import_by_command(folder)

    assert [line.partition(": ")[2] for line in complained.splitlines()[:3]] == [
        "There is already a letter with the address “demo-river-access”. Choose another one.",
        "The office “akim-atlantis” is not in the directory.",
        "The office “commissioner-of-atlantis” is not in the directory.",
    ]


@pytest.mark.parametrize("slug", ["new", "import"])
def test_addresses_of_the_desk_itself_are_refused(folder: Path, slug: str):
    change(folder, "letter.toml", 'slug = "demo-river-access"', f'slug = "{slug}"')

    _said, complained = import_by_command(folder)

    assert complained.startswith(f"letter.toml:2: There is already a letter with the address “{slug}”.")
    assert nothing_was_kept()


def test_a_missing_language_is_refused(folder: Path):
    (folder / "ru.md").unlink()

    _said, complained = import_by_command(folder)

    assert complained.startswith("ru.md: The file is missing.")
    assert nothing_was_kept()


def test_a_letter_that_closed_long_ago_is_imported_as_it_is(folder: Path):
    change(folder, "letter.toml", "opens_at = 2027", "opens_at = 2022")
    change(folder, "letter.toml", "closes_at = 2027", "closes_at = 2022")

    import_by_command(folder)

    closes_at = Letter.objects.get().closes_at
    assert closes_at is not None
    assert closes_at.year == 2022


def test_the_desk_takes_the_same_folder_as_a_zip(desk: Client, folder: Path, aigul: User):
    response = desk.post(at("desk-import"), {"folder": packed(folder)}, follow=True)

    assert response.redirect_chain == [(at("desk-letter", "demo-river-access"), 302)]
    assert [str(message) for message in response.context["messages"]][:3] == [
        "The letter is imported as a draft.",
        "The issuer “Demonstration Foundation for Open Letters” is new; you coordinate it.",
        "The campaign “demo-river-access” is new. An administrator can give it a title.",
    ]
    assert Issuer.objects.get(key="demonstration-foundation").coordinators.get().user == aigul
    assert {entry.by for entry in JournalEntry.objects.all()} == {aigul}


def test_repaired_words_are_named(desk: Client, folder: Path):
    change(folder, "kk.md", "және", "жəне")

    response = desk.post(at("desk-import"), {"folder": packed(folder)}, follow=True)

    repaired = [str(message) for message in response.context["messages"] if "жəне" in str(message)]
    assert len(repaired) == 1
    assert "“жəне” held Latin letters and is now “және”" in repaired[0]


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "The office “akim-atlantis” is not in the directory."), ("kk", "akim-atlantis"), ("ru", "akim-atlantis")],
)
def test_the_desk_names_every_refusal_and_keeps_nothing(desk: Client, folder: Path, language: str, words: str):
    change(folder, "letter.toml", '"akim-almaty"', '"akim-atlantis"')
    change(folder, "letter.toml", '"commissioner-human-rights"', '"commissioner-of-atlantis"')

    response = desk.post(at("desk-import", language=language), {"folder": packed(folder)})

    assert response.status_code == 422
    assert [problem.line > 0 for problem in response.context["problems"]] == [True, True]
    assert words in response.content.decode()
    assert nothing_was_kept()


def test_an_issuer_of_others_is_not_used_by_a_stranger(desk: Client, folder: Path):
    import_by_command(folder)
    change(folder, "letter.toml", 'slug = "demo-river-access"', 'slug = "another"')

    response = desk.post(at("desk-import"), {"folder": packed(folder)})

    assert [str(problem.reason) % problem.facts for problem in response.context["problems"]] == [
        "The issuer “demonstration-foundation” is coordinated by others. Ask them to import the letter."
    ]
    assert Letter.objects.count() == 1
    assert not Coordinator.objects.filter(issuer__key="demonstration-foundation").exists()


def test_an_issuer_that_is_there_stays_as_it_is(desk: Client, folder: Path, aigul: User):
    issuer = Issuer.objects.create(key="demonstration-foundation", name_en="Known", phone="1")
    Coordinator.objects.create(user=aigul, issuer=issuer)

    desk.post(at("desk-import"), {"folder": packed(folder)})

    issuer.refresh_from_db()
    assert (issuer.name_en, issuer.phone) == ("Known", "1")
    assert Letter.objects.get().issuer == issuer


@pytest.mark.parametrize("content", [b"no ZIP", b"PK\x03\x04 broken"])
def test_a_file_that_is_no_zip_is_refused(desk: Client, issuer: Issuer, content: bytes):
    response = desk.post(at("desk-import"), {"folder": SimpleUploadedFile("letter.zip", content)})

    assert [str(problem) for problem in response.context["problems"]] == [
        "ZIP: The file is not a ZIP, or it is damaged."
    ]


def test_a_form_without_a_file_is_refused(desk: Client):
    response = desk.post(at("desk-import"))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["folder"]


def test_a_stranger_imports_nothing(client: Client, folder: Path, stranger: User):
    client.force_login(stranger)

    assert client.post(at("desk-import"), {"folder": packed(folder)}).status_code == 403
    assert not Letter.objects.exists()
    assert Office.objects.exists()


def test_demands_are_addressed_as_the_folder_says(folder: Path) -> None:
    text = (folder / "letter.toml").read_text(encoding="utf-8")
    office = text.split('office = "')[1].split('"')[0]
    change(folder, "letter.toml", f'office = "{office}"\n', f'office = "{office}"\ndemands = [2]\n')

    import_by_command(folder)

    letter = Letter.objects.get()
    assert {one.office.key: one.demand_numbers() for one in letter.recipients.all() if one.demand_numbers()} == {
        office: [2]
    }
