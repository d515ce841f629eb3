"""The mail that a demonstration captures."""

from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.test import Client

from campaign.base.models import User
from tests.letters.addresses import at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _captured(settings: Any, tmp_path: Path) -> None:
    settings.EMAIL_FILE_PATH = tmp_path


def send(*subjects: str) -> None:
    connection = get_connection("django.core.mail.backends.filebased.EmailBackend")
    for subject in subjects:
        message = EmailMultiAlternatives(subject, f"Мәтін: {subject}", to=["mira@example.org"], connection=connection)
        message.attach_alternative("<p>HTML</p>", "text/html")
        message.send()


def test_messages_are_read_newest_first(desk: Client):
    send("Бірінші", "Екінші")

    page = desk.get(at("desk-mail"))

    assert [(message.subject, message.to, message.text) for message in page.context["captured"]] == [
        ("Екінші", "mira@example.org", "Мәтін: Екінші"),
        ("Бірінші", "mira@example.org", "Мәтін: Бірінші"),
    ]


def test_markup_in_a_message_stays_text(desk: Client):
    send("<script>alert(1)</script>")

    assert "<script>alert" not in desk.get(at("desk-mail")).content.decode()


def test_an_empty_folder_says_so(desk: Client, settings: Any):
    settings.EMAIL_FILE_PATH = Path(settings.EMAIL_FILE_PATH) / "nothing"

    assert "No message has been captured yet." in desk.get(at("desk-mail")).content.decode()


def test_outside_a_demonstration_there_is_no_such_page(desk: Client, settings: Any, monkeypatch: pytest.MonkeyPatch):
    settings.DEMONSTRATION = False
    monkeypatch.setattr("letters.access.is_mfa_enabled", lambda user: True)

    assert desk.get(at("desk-mail")).status_code == 404


def test_a_stranger_reads_no_mail(client: Client, stranger: User, settings: Any):
    settings.DEMONSTRATION = True
    client.force_login(stranger)

    assert client.get(at("desk-mail")).status_code == 403
