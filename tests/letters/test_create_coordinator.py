"""`manage.py create_coordinator EMAIL` makes the first coordinator."""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from campaign.base.models import User
from letters.models import Coordinator, Issuer

pytestmark = pytest.mark.django_db

PASSWORD = "four quiet words here"


def create(monkeypatch: pytest.MonkeyPatch, *arguments: str, password: str = PASSWORD) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    call_command("create_coordinator", *arguments, "--password-stdin")


def test_the_first_one_comes_to_an_empty_desk(monkeypatch: pytest.MonkeyPatch, client: Any, settings: Any) -> None:
    settings.DEMONSTRATION = True

    create(monkeypatch, "Saule@Example.org", "--language=ru")

    person = User.objects.get(email="saule@example.org")
    assert (person.check_password(PASSWORD), person.language, person.is_staff) == (True, "ru", False)
    client.force_login(person)
    assert client.get("/ru/desk/").context["rows"] == []


def test_another_one_runs_the_letters_of_an_issuer(monkeypatch: pytest.MonkeyPatch, issuer: Issuer) -> None:
    create(monkeypatch, "saule@example.org", f"--issuer={issuer.key}", "--administrator")

    coordinator = Coordinator.objects.get()
    assert (coordinator.issuer, coordinator.user.is_staff) == (issuer, True)


def test_called_twice_there_is_one_and_the_password_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    create(monkeypatch, "saule@example.org")
    create(monkeypatch, "saule@example.org", password="another four quiet words")

    assert Coordinator.objects.get().user.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("arguments", "password", "words"),
    [
        (["nobody"], PASSWORD, "email address"),
        (["a@b.example"], "short", "too short"),
        (["a@b.example", "--issuer=none"], PASSWORD, "no issuer with the key none"),
    ],
)
def test_what_is_wrong_is_said_and_nobody_is_made(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], password: str, words: str
) -> None:
    with pytest.raises(CommandError, match=words):
        create(monkeypatch, *arguments, password=password)

    assert not User.objects.exists()
