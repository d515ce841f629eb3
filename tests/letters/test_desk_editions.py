"""The editions of a letter at the desk: progress, downloads, and what could not be printed."""

import io
import json
import zipfile
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaign.base.jobs import JobState
from campaign.base.models import JournalEntry, User
from letters.models import Edition, Issuer, Letter, Recipient
from tests.conftest import make_office
from tests.letters.addresses import at

pytestmark = pytest.mark.django_db


def print_all(letter: Letter, most: int = 100) -> None:
    """Let the editions be printed without a printer: each is a few bytes of its own."""
    from campaign.base.jobs import claimed
    from letters.services import edition as editions

    for edition in list(Edition.objects.filter(revision__letter=letter).order_by("pk"))[:most]:
        with claimed(Edition, edition.pk) as row:
            assert row is not None
            editions.store(row, unsigned=b"", signed=_pdf(edition.pk), at=edition.created_at)


def _pdf(number: int) -> bytes:
    import pikepdf

    memory = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(number % 3 + 1):
            pdf.add_blank_page()
        pdf.save(memory)
    return memory.getvalue()


def test_a_draft_has_no_editions(desk: Client, draft: Letter):
    page = desk.get(at("desk-editions", "clean-air")).content.decode()

    assert "Editions are made when the letter is closed." in page


def test_progress_moves(desk: Client, closed_letter: Letter, files: Any):
    print_all(closed_letter, most=2)

    answer = desk.get(at("desk-editions-progress", "clean-air")).json()

    assert answer == {"done": 2, "total": 6, "text": "2 of 6 editions are printed.", "finished": False}


def test_without_scripts_the_page_loads_itself_again_until_all_is_printed(
    desk: Client, closed_letter: Letter, files: Any
):
    while_printing = desk.get(at("desk-editions", "clean-air")).content.decode()
    print_all(closed_letter)
    afterwards = desk.get(at("desk-editions", "clean-air")).content.decode()

    assert 'http-equiv="refresh"' in while_printing
    assert 'http-equiv="refresh"' not in afterwards


def test_one_edition_is_downloaded(desk: Client, closed_letter: Letter, files: Any):
    print_all(closed_letter)
    edition = Edition.objects.get(recipient=None, language="ru")

    response = desk.get(at("desk-edition", "clean-air", edition.pk))

    assert response.content == edition.file.read()
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="clean-air-public-ru.pdf"'
    assert response["Cache-Control"] == "no-store"
    edition.file.close()


def test_all_editions_are_downloaded_with_a_manifest(desk: Client, closed_letter: Letter, files: Any):
    print_all(closed_letter)

    response = desk.get(at("desk-editions-zip", "clean-air"))

    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert sorted(archive.namelist()) == sorted(["manifest.json", *(row["file"] for row in manifest)])
    assert {(row["recipient"], row["language"]) for row in manifest} == {
        (recipient, language) for recipient in (None, "president") for language in ("kk", "ru", "en")
    }
    assert {row["sha256"] for row in manifest} == set(Edition.objects.values_list("sha256", flat=True))


@pytest.mark.parametrize("name", ["desk-edition", "desk-editions-zip"])
def test_what_is_not_printed_yet_is_not_downloaded(desk: Client, closed_letter: Letter, name: str):
    more = [Edition.objects.first().pk] if name == "desk-edition" else []  # type: ignore[union-attr]

    response = desk.get(at(name, "clean-air", *more), follow=True)

    (said,) = response.context["messages"]
    assert str(said).startswith("This edition is not printed yet.")


def test_a_parked_edition_shows_its_reason_and_is_printed_again(desk: Client, closed_letter: Letter, aigul: User):
    edition = Edition.objects.order_by("pk")[0]
    Edition.objects.filter(pk=edition.pk).update(state=JobState.PARKED, attempts=3, reason="No space left on device")

    page = desk.get(at("desk-editions", "clean-air")).content.decode()
    desk.post(at("desk-edition-again", "clean-air", edition.pk))

    edition.refresh_from_db()
    assert "The disk is full." in page
    assert (edition.state, edition.attempts, edition.reason) == (JobState.WAITING, 0, "")
    assert JournalEntry.objects.get(action="letter.edition_again").by == aigul


def test_an_edition_that_is_not_parked_is_not_printed_again(desk: Client, closed_letter: Letter):
    edition = Edition.objects.order_by("pk")[0]

    response = desk.post(at("desk-edition-again", "clean-air", edition.pk), follow=True)

    assert [str(message) for message in response.context["messages"]] == [
        "Nothing was changed: this edition is not parked any more."
    ]
    assert not JournalEntry.objects.filter(action="letter.edition_again").exists()


def test_editions_of_another_issuer_are_not_there(desk: Client, closed_letter: Letter):
    edition = Edition.objects.order_by("pk")[0]
    Letter.objects.update(issuer=Issuer.objects.create(key="other"))

    assert desk.get(at("desk-edition", "clean-air", edition.pk)).status_code == 404
    assert desk.post(at("desk-edition-again", "clean-air", edition.pk)).status_code == 404


def test_the_table_takes_as_many_queries_for_three_recipients_as_for_one(desk: Client, closed_letter: Letter):
    with CaptureQueriesContext(connection) as with_one:
        desk.get(at("desk-editions", "clean-air"))
    revision = closed_letter.revisions.get()
    for order, key in enumerate(("mayor", "minister"), start=2):
        office = make_office(key, dict.fromkeys(("kk", "ru", "en"), key), dict.fromkeys(("kk", "ru", "en"), key))
        recipient = Recipient.objects.create(letter=closed_letter, office=office, role="cc", order=order)
        for language in ("kk", "ru", "en"):
            Edition.objects.create(revision=revision, recipient=recipient, language=language, payload="{}")

    with CaptureQueriesContext(connection) as with_three:
        desk.get(at("desk-editions", "clean-air"))

    assert len(with_three) == len(with_one)
