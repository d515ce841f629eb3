"""The administration has no door of its own."""

from typing import Any

import pytest
from django.test import Client

from campaign.base.models import User
from tests.accounts.conftest import LANGUAGES, PASSWORD, app_code, sign_in_with_password
from tests.conftest import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(db: None) -> User:
    """Somebody who looks after people and reference data."""
    return make_person("admin@example.org", password=PASSWORD, is_staff=True, is_superuser=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_leads_to_the_sign_in_page_and_back(client: Client, administrator: User, language: str) -> None:
    answer = client.get(f"/{language}/admin/", follow=True)

    assert answer.templates[0].name == "account/login.html"
    assert answer.redirect_chain[-1][0] == f"/{language}/accounts/login/?next=/{language}/admin/"


def test_its_own_form_signs_nobody_in(client: Client, administrator: User) -> None:
    answer = client.post("/en/admin/login/", {"username": administrator.email, "password": PASSWORD})

    assert answer["Location"].startswith("/en/accounts/login/?next=")
    assert "_auth_user_id" not in client.session


def test_it_asks_for_a_second_factor_outside_a_demonstration(client: Client, administrator: User) -> None:
    sign_in_with_password(client, administrator.email)

    answer = client.get("/en/admin/", follow=True)

    assert answer.redirect_chain[-1][0] == "/en/accounts/2fa/"
    assert "The administration asks for a second factor." in answer.content.decode()


def test_with_a_second_factor_it_opens(client: Client, protected: User) -> None:
    User.objects.filter(pk=protected.pk).update(is_staff=True, is_superuser=True)
    sign_in_with_password(client)
    client.post("/en/accounts/2fa/authenticate/", {"code": app_code()})

    assert client.get("/en/admin/").status_code == 200


def test_in_a_demonstration_the_password_is_enough(client: Client, administrator: User, settings: Any) -> None:
    settings.DEMONSTRATION = True
    sign_in_with_password(client, administrator.email)

    assert client.get("/en/admin/").status_code == 200


def test_a_coordinator_is_refused(client: Client, protected: User) -> None:
    sign_in_with_password(client)
    client.post("/en/accounts/2fa/authenticate/", {"code": app_code()})

    assert client.get("/en/admin/", follow=True).status_code == 403


def test_it_leads_nowhere_else(client: Client, administrator: User) -> None:
    answer = client.get("/en/admin/login/?next=https://evil.example/")
    client.post(answer["Location"], {"login": administrator.email, "password": PASSWORD})

    done = Client().post(answer["Location"], {"login": administrator.email, "password": PASSWORD})
    assert done["Location"] == "/en/start/"
