"""People whom the coordinators trust read a draft first and comment its parts; at the opening all of that is forgotten."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaign.base.models import JournalEntry, Mail, User
from letters.models import Comment, FirstReader, Letter
from letters.services import letter as letters
from letters.services.block import compared_blocks
from tests.conftest import NOON
from tests.letters.addresses import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(desk: Client, draft: Letter) -> FirstReader:
    """Somebody who was asked from the desk."""
    asked = desk.post(at("desk-readers", "clean-air"), {"email": "Reader@Trusted.example", "language": "ru"})
    assert asked.status_code == 302
    return FirstReader.objects.get()


def send(reader: FirstReader, key: str, words: str, language: str = "en") -> Any:
    return Client().post(f"/{language}/read/{reader.token}/", {"key": key, "words": words})


def test_a_reader_is_asked_by_mail_and_comments_without_an_account(
    desk: Client, reader: FirstReader, draft: Letter
) -> None:
    mail = Mail.objects.get(template="reader_asked")
    assert (mail.to, mail.language, mail.context["token"]) == ("reader@trusted.example", "ru", reader.token)
    page = Client().get(f"/kk/read/{reader.token}/")
    assert page["Cache-Control"] == "no-store"
    assert "таза ауаны сұраймыз" in page.content.decode()

    block = compared_blocks(draft)[2]
    assert send(reader, block.key, "Which report?").status_code == 302

    said = Comment.objects.get()
    assert said.texts == dict(block.texts)
    listed = desk.get(at("desk-readers", "clean-air")).content.decode()
    assert "Which report?" in listed
    assert "reader@trusted.example" in listed
    assert "Which report?" in Client().get(f"/en/read/{reader.token}/").content.decode()
    desk.post(at("desk-comment-settle", "clean-air", said.pk))
    assert desk.get(at("desk-readers", "clean-air")).context["open_comments"].count() == 0


def test_a_comment_to_a_part_that_changed_is_refused_and_kept_in_the_form(
    reader: FirstReader, draft: Letter, aigul: User
) -> None:
    key = compared_blocks(draft)[0].key
    letters.change_draft(draft, {"title_en": "Another"}, version=draft.version, by=aigul, at=NOON)

    answer = send(reader, key, "Too late")

    assert answer.status_code == 422
    assert not Comment.objects.exists()
    assert "this part was changed meanwhile" in answer.content.decode()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("kk", "Бұл жобаға енді пікір айтуға болмайды"),
        ("ru", "Этот проект больше нельзя комментировать"),
        ("en", "This draft can no longer be commented"),
    ],
)
def test_when_the_time_is_over_nothing_of_the_draft_is_shown(
    reader: FirstReader, draft: Letter, language: str, words: str
) -> None:
    FirstReader.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    page = Client().get(f"/{language}/read/{reader.token}/").content.decode()

    assert words in page
    assert draft.text("body", "en")[:40] not in page
    assert send(reader, compared_blocks(draft)[0].key, "x").status_code == 422


def test_the_opening_forgets_readers_and_comments(reader: FirstReader, draft: Letter, aigul: User) -> None:
    send(reader, compared_blocks(draft)[0].key, "Good")
    letters.open_letter(draft, by=aigul, at=NOON)

    assert not Comment.objects.exists()
    assert not FirstReader.objects.exists()
    assert Client().get(f"/en/read/{reader.token}/").status_code == 404
    assert "trusted" not in str(list(JournalEntry.objects.values_list("details", flat=True)))


def test_the_same_address_is_asked_once_and_can_be_taken_back(desk: Client, reader: FirstReader) -> None:
    again = desk.post(at("desk-readers", "clean-air"), {"email": "reader@trusted.example", "language": "kk"})
    assert again.status_code == 422
    assert "reader@trusted.example" in again.content.decode()

    assert desk.post(at("desk-reader-dismiss", "clean-air", reader.pk)).status_code == 302
    assert Client().get(f"/en/read/{reader.token}/").status_code == 404


def test_another_issuers_coordinator_settles_and_dismisses_nothing(
    reader: FirstReader, draft: Letter, stranger: User, settings: Any
) -> None:
    settings.DEMONSTRATION = True
    other = Client()
    other.force_login(stranger)

    assert other.post(at("desk-reader-dismiss", "clean-air", reader.pk)).status_code == 403
    assert FirstReader.objects.exists()
