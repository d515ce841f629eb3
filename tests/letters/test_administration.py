"""The administration: people, roles and reference data, and nothing else."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.test import Client

from campaign.base import freshness
from campaign.base.models import User
from letters.models import Campaign, Coordinator, Issuer, Office
from tests.conftest import in_three, make_person
from tests.letters.addresses import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def administration(client: Client, settings: Any) -> Client:
    """A browser in which an administrator is signed in, in a demonstration."""
    settings.DEMONSTRATION = True
    client.force_login(make_person("administrator@example.org", is_staff=True))
    return client


def test_only_people_roles_and_reference_data_are_there():
    assert {model._meta.label for model in admin.site._registry} == {
        "base.User",
        "letters.Campaign",
        "letters.Coordinator",
        "letters.Issuer",
        "letters.Office",
        "letters.Official",
    }


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize(
    "model",
    ["base_user", "letters_office", "letters_official", "letters_campaign", "letters_issuer", "letters_coordinator"],
)
def test_every_table_opens_in_each_language(
    administration: Client, aigul: User, president: Office, model: str, language: str
):
    assert administration.get(at(f"admin:{model}_changelist", language=language)).status_code == 200
    assert administration.get(at(f"admin:{model}_add", language=language)).status_code == 200


def test_a_coordinator_is_no_administrator(desk: Client):
    response = desk.get(at("admin:index"), follow=True)

    assert response.status_code == 403


def test_a_password_is_changed_where_everybody_changes_it(administration: Client):
    assert administration.get(at("admin:password_change"))["Location"] == at("account_change_password")


def test_an_office_is_changed_and_public_pages_become_new(administration: Client, president: Office):
    before = freshness.version()
    texts = {
        name: getattr(president, name) or ""
        for part in OFFICE_TEXTS
        for name in in_three(part, dict.fromkeys(("kk", "ru", "en"), ""))
    }

    response = administration.post(
        at("admin:letters_office_change", president.pk),
        texts | {"key": "president", "kind": "state", "order": "1", "name_en": "President of the Republic"},
    )

    president.refresh_from_db()
    assert response.status_code == 302
    assert president.name_en == "President of the Republic"
    assert freshness.version() == before + 1


OFFICE_TEXTS = ("name", "short_name", "body", "addressee_with_person", "addressee_alone", "salutation", "address")


def test_texts_stand_under_a_tab_for_each_language(administration: Client, president: Office):
    page = administration.get(at("admin:letters_office_change", president.pk)).content.decode()

    assert page.count('class="module aligned tab') == 3
    assert "admin-tabs.js" in page
    assert "<style" not in page


def test_deleted_reference_data_makes_public_pages_new(administration: Client):
    campaign = Campaign.objects.create(slug="air")
    before = freshness.version()

    administration.post(at("admin:letters_campaign_delete", campaign.pk), {"post": "yes"})

    assert not Campaign.objects.exists()
    assert freshness.version() == before + 1


def test_a_person_is_made_without_a_password(administration: Client):
    administration.post(at("admin:base_user_add"), {"email": "New@Example.org", "language": "ru", "is_active": "on"})

    person = User.objects.get(email="new@example.org")
    assert not person.has_usable_password()
    assert EmailAddress.objects.get(user=person).verified


def test_a_person_is_not_made_twice(administration: Client, stranger: User):
    response = administration.post(at("admin:base_user_add"), {"email": "STRANGER@example.net", "language": "ru"})

    assert list(response.context["adminform"].form.errors) == ["email"]


def test_passwords_are_neither_shown_nor_searched(administration: Client, aigul: User):
    page = administration.get(at("admin:base_user_change", aigul.pk)).content.decode()

    assert "password" not in page
    assert administration.get(at("admin:base_user_changelist"), {"password__startswith": "md5"}).status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        {"o": "x.9.-"},
        {"p": "999999"},
        {"is_staff__exact": "\ud7ff"},
        {"kind__exact": "'"},
        {"_to_field": "password"},
        {"q": "'" * 300},
        {"e": "1"},
    ],
)
def test_no_odd_question_breaks_a_list(administration: Client, query: dict[str, str]):
    assert administration.get(at("admin:base_user_changelist"), query).status_code < 500


def test_people_are_not_deleted(administration: Client, aigul: User):
    assert administration.post(at("admin:base_user_delete", aigul.pk), {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=aigul.pk).exists()


def test_a_coordinator_is_made_by_address(administration: Client, stranger: User, issuer: Issuer):
    page = administration.get(at("admin:letters_coordinator_add")).content.decode()
    administration.post(at("admin:letters_coordinator_add"), {"user": stranger.pk, "issuer": issuer.pk})

    assert "stranger@example.net" in page
    assert Coordinator.objects.get().user == stranger
