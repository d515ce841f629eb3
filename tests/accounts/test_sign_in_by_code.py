"""A representative signs in with a code from the mailbox."""

from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.test import Client

from campaign.base.models import Mail, User
from letters.models import Coordinator, Issuer
from tests.accounts.conftest import (
    LANGUAGES,
    ask_for_code,
    last_mail,
    mailed_code,
    person_in,
    text_of,
    type_code,
    visible,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_mailed_code_signs_in_and_leads_to_the_own_signatures(client: Client, mira: User, language: str) -> None:
    asked = ask_for_code(client, mira.email, language)
    done = type_code(client, mailed_code(mira.email), language)

    assert asked.redirect_chain == [(f"/{language}/accounts/login/code/confirm/", 302)]
    assert (done.status_code, done["Location"]) == (302, f"/{language}/start/")
    assert client.get(done["Location"])["Location"] == f"/{language}/my/"
    assert person_in(client) == mira.pk


def test_a_coordinator_is_led_to_the_desk(client: Client, mira: User, issuer: Issuer) -> None:
    Coordinator.objects.create(user=mira, issuer=issuer)

    ask_for_code(client, mira.email)
    done = type_code(client, mailed_code(mira.email))

    assert client.get(done["Location"])["Location"] == "/en/desk/"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_code_comes_in_the_language_of_the_page_as_a_waiting_row(client: Client, mira: User, language: str) -> None:
    ask_for_code(client, mira.email, language)

    mail = Mail.objects.get()
    code = mail.context["code"]
    assert (mail.template, mail.to, mail.language) == ("account", mira.email, language)
    assert [len(part) for part in code.split("-")] == [4, 4]
    assert code.replace("-", "").isdigit()
    assert f"\n    {code}\n" in text_of(mail)
    assert f"{settings.SITE_URL}/{language}/" in text_of(mail)


def test_a_code_may_be_typed_with_spaces_or_without_the_dash(client: Client, mira: User) -> None:
    ask_for_code(client, mira.email)

    type_code(client, f" {mailed_code(mira.email).replace('-', ' ')} ")

    assert person_in(client) == mira.pk


def test_a_wrong_code_is_refused_and_the_right_one_still_counts(client: Client, mira: User) -> None:
    ask_for_code(client, mira.email)
    code = mailed_code(mira.email)

    refused = type_code(client, "0000-0000" if code != "0000-0000" else "1111-1111")

    assert refused.status_code == 200
    assert refused.context["verify_form"].errors["code"] == ["Incorrect code."]
    assert person_in(client) is None
    type_code(client, code)
    assert person_in(client) == mira.pk


def test_after_five_wrong_codes_the_right_one_is_worth_nothing(client: Client, mira: User) -> None:
    ask_for_code(client, mira.email)
    code = mailed_code(mira.email)

    for _ in range(5):
        type_code(client, "wrong")
    late = type_code(client, code)

    assert late["Location"] == "/en/accounts/login/code/"
    assert person_in(client) is None


def test_after_a_quarter_of_an_hour_the_code_is_worth_nothing(client: Client, mira: User, clock: Any) -> None:
    ask_for_code(client, mira.email)
    code = mailed_code(mira.email)

    clock(settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT + 1)
    late = type_code(client, code)

    assert late["Location"] == "/en/accounts/login/code/"
    assert "This code does not work any more" in client.get(late["Location"]).content.decode()
    assert person_in(client) is None


def test_a_code_works_once(client: Client, mira: User) -> None:
    ask_for_code(client, mira.email)
    code = mailed_code(mira.email)
    type_code(client, code)

    second = Client()
    ask_for_code(second, mira.email)
    type_code(second, code)

    assert person_in(second) is None


def test_a_code_works_only_in_the_browser_that_asked(client: Client, mira: User) -> None:
    ask_for_code(client, mira.email)

    type_code(Client(), mailed_code(mira.email))

    assert not UserSession.objects.exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_known_and_an_unknown_address_get_the_same_page(client: Client, mira: User, language: str) -> None:
    known = ask_for_code(client, mira.email, language)
    unknown = ask_for_code(Client(), "nobody@unknown.example", language)

    assert unknown.redirect_chain == known.redirect_chain
    assert [
        text.replace("nobody@unknown.example", mira.email) for text in visible(unknown.content.decode())
    ] == visible(known.content.decode())


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_address_is_told_that_an_account_comes_with_a_signature(client: Client, language: str) -> None:
    ask_for_code(client, "nobody@unknown.example", language)

    mail = last_mail("nobody@unknown.example")
    assert mail.language == language
    assert mail.context["code"] == ""
    assert "nobody@unknown.example" in text_of(mail)
    assert "signup" not in text_of(mail)


def test_an_unknown_address_never_gets_in(client: Client, db: None) -> None:
    ask_for_code(client, "nobody@unknown.example")

    for code in ["", "0000-0000", "None"]:
        type_code(client, code)

    assert person_in(client) is None
    assert not User.objects.exists()


def test_the_fourth_code_within_five_minutes_is_not_mailed(client: Client, mira: User) -> None:
    answers = [ask_for_code(Client(), mira.email) for _ in range(4)]

    assert Mail.objects.count() == 3
    assert answers[3].context["form"].errors["email"] == ["Too many failed login attempts. Try again later."]


def test_too_many_requests_for_unknown_addresses_are_answered_alike(client: Client, db: None) -> None:
    answers = [ask_for_code(Client(), "nobody@unknown.example") for _ in range(4)]

    assert Mail.objects.count() == 3
    assert answers[3].context["form"].errors["email"] == ["Too many failed login attempts. Try again later."]


def test_a_session_prepared_by_somebody_else_is_rotated(client: Client, mira: User) -> None:
    client.get("/en/accounts/login/")
    ask_for_code(client, mira.email)
    before = client.cookies[settings.SESSION_COOKIE_NAME].value

    type_code(client, mailed_code(mira.email))

    assert client.cookies[settings.SESSION_COOKIE_NAME].value != before
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = before
    assert thief.get("/en/my/").status_code == 302


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example/",
        "http://testserver/en/my/",
        "http://localhost:9/",
        "javascript:alert(1)",
        "\\\\evil.example",
        "/\\evil.example",
    ],
)
def test_after_signing_in_nobody_is_led_elsewhere(client: Client, mira: User, address: str) -> None:
    ask_for_code(client, mira.email)

    done = type_code(client, mailed_code(mira.email), next=address)

    assert done["Location"] == "/en/start/"


def test_after_signing_in_a_person_is_led_back_to_the_own_page(client: Client, mira: User) -> None:
    ask_for_code(client, mira.email)

    done = type_code(client, mailed_code(mira.email), next="/kk/my/")

    assert done["Location"] == "/kk/my/"


def test_a_line_break_in_next_splits_no_header(client: Client, mira: User) -> None:
    ask_for_code(client, mira.email)

    done = type_code(client, mailed_code(mira.email), next="/ok\r\nSet-Cookie: a=b")

    assert "\n" not in done["Location"]
    assert "a" not in done.cookies


def test_a_deactivated_person_gets_no_code_and_the_same_page(client: Client, mira: User) -> None:
    User.objects.filter(pk=mira.pk).update(is_active=False)

    asked = ask_for_code(client, mira.email)

    assert asked.redirect_chain == [("/en/accounts/login/code/confirm/", 302)]
    assert last_mail(mira.email).context["code"] == ""


def test_a_person_deactivated_while_signed_in_is_out_at_the_next_request(client: Client, mira: User) -> None:
    ask_for_code(client, mira.email)
    type_code(client, mailed_code(mira.email))
    assert client.get("/en/my/").status_code == 200

    User.objects.filter(pk=mira.pk).update(is_active=False)

    assert client.get("/en/my/")["Location"] == "/en/accounts/login/?next=/en/my/"
