"""Passwords: typed, forgotten, set, changed; nobody learns who has an account."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.test import Client

from campaign.base.models import Mail, User
from tests.accounts.conftest import (
    LANGUAGES,
    PASSWORD,
    ask_for_code,
    last_mail,
    mailed_code,
    person_in,
    sign_in_with_password,
    text_of,
    type_code,
    visible,
)

pytestmark = pytest.mark.django_db

NEW = "another long enough one"
RESET = "/en/accounts/password/reset/"


def reset_link(email: str) -> str:
    """The path of the link in the newest message to this address."""
    found = re.search(rf"{re.escape(settings.SITE_URL)}(/\S+)", text_of(last_mail(email)))
    assert found is not None
    return found[1]


def set_by_link(client: Client, path: str, password: str = NEW) -> Any:
    """Open the link from the mail and type a new password twice."""
    form = client.get(path, follow=True)
    return client.post(form.request["PATH_INFO"], {"password1": password, "password2": password}, follow=True)


@pytest.mark.parametrize(("email", "password"), [("aigul@example.org", "wrong"), ("nobody@unknown.example", PASSWORD)])
def test_a_wrong_password_and_an_unknown_address_are_answered_alike(
    client: Client, aigul: User, email: str, password: str
) -> None:
    refused = sign_in_with_password(client, email, password)

    assert refused.context["form"].non_field_errors() == [
        "The email address and/or password you specified are not correct."
    ]
    assert person_in(client) is None


def test_passwords_cannot_be_tried_out(client: Client, aigul: User) -> None:
    for _ in range(5):
        sign_in_with_password(Client(), password="wrong")

    refused = sign_in_with_password(client)

    assert refused.context["form"].non_field_errors() == ["Too many failed login attempts. Try again later."]
    assert person_in(client) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_too_many_attempts_from_one_place_get_a_page_that_says_so(client: Client, aigul: User, language: str) -> None:
    for number in range(30):
        client.post(f"/{language}/accounts/login/", {"login": f"{number}@unknown.example", "password": "wrong"})

    answer = client.post(f"/{language}/accounts/login/", {"login": aigul.email, "password": PASSWORD})

    assert answer.status_code == 429
    assert f'<html lang="{language}">' in answer.content.decode()
    elsewhere = client.post(
        f"/{language}/accounts/login/", {"login": aigul.email, "password": PASSWORD}, REMOTE_ADDR="203.0.113.7"
    )
    assert elsewhere.status_code == 302


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_forgotten_password_is_replaced_by_a_link_to_our_own_address(
    client: Client, aigul: User, language: str
) -> None:
    asked = client.post(f"/{language}/accounts/password/reset/", {"email": aigul.email}, HTTP_HOST="localhost")

    assert asked["Location"] == f"/{language}/accounts/password/reset/done/"
    mail = last_mail(aigul.email)
    assert (mail.language, "localhost" in text_of(mail)) == (language, False)
    assert reset_link(aigul.email).startswith(f"/{language}/accounts/password/reset/key/")
    done = set_by_link(client, reset_link(aigul.email))
    assert done.redirect_chain[-1][0] == f"/{language}/accounts/password/reset/key/done/"
    assert sign_in_with_password(Client(), password=NEW).status_code == 302


@pytest.mark.parametrize("forged", [{"HTTP_HOST": "evil.example"}, {"HTTP_HOST": "testserver:8080"}])
def test_a_forged_host_gets_no_mail(client: Client, aigul: User, forged: dict[str, str]) -> None:
    answer = client.post(RESET, {"email": aigul.email}, **forged)

    assert answer.status_code == 400
    assert not Mail.objects.exists()


def test_a_forged_forwarding_header_changes_no_link(client: Client, aigul: User) -> None:
    client.post(RESET, {"email": aigul.email}, HTTP_X_FORWARDED_HOST="evil.example", HTTP_X_FORWARDED_PROTO="https")

    assert "evil" not in text_of(last_mail(aigul.email))


def test_opening_the_link_changes_nothing(client: Client, aigul: User) -> None:
    client.post(RESET, {"email": aigul.email})

    client.get(reset_link(aigul.email), follow=True)
    client.head(reset_link(aigul.email))

    assert User.objects.get(pk=aigul.pk).check_password(PASSWORD)


def test_a_link_works_once(client: Client, aigul: User) -> None:
    client.post(RESET, {"email": aigul.email})
    path = reset_link(aigul.email)
    set_by_link(client, path)

    again = Client().get(path, follow=True)

    assert "Bad Token" in again.content.decode()


@pytest.mark.parametrize("spoil", [lambda path: path[:-2] + "/", lambda path: path[:-1] + "a/", str.upper])
def test_a_spoiled_link_changes_nothing(client: Client, aigul: User, spoil: Any) -> None:
    client.post(RESET, {"email": aigul.email})
    path = reset_link(aigul.email)
    head, _, key = path.rpartition("key/")

    answer = client.get(head + "key/" + spoil(key), follow=True)

    assert answer.status_code in (200, 404)
    assert "password1" not in answer.content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_asking_for_a_new_password_tells_nobody_who_has_an_account(client: Client, aigul: User, language: str) -> None:
    pages = [
        client.post(f"/{language}/accounts/password/reset/", {"email": email}, follow=True)
        for email in (aigul.email, "nobody@unknown.example")
    ]

    assert pages[0].redirect_chain == pages[1].redirect_chain
    assert visible(pages[0].content.decode()) == visible(pages[1].content.decode())
    assert last_mail("nobody@unknown.example").context["subject"] != last_mail(aigul.email).context["subject"]


def test_a_changed_password_ends_every_session_and_is_told(client: Client, aigul: User) -> None:
    other = Client()
    sign_in_with_password(other)
    sign_in_with_password(client)

    client.post("/en/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})

    assert other.get("/en/my/").status_code == 302
    assert client.get("/en/my/").status_code == 302
    assert "Your password has been changed." in text_of(last_mail(aigul.email))


def test_a_notice_names_the_browser_and_no_address(client: Client, aigul: User) -> None:
    sign_in_with_password(client)

    client.post(
        "/en/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW},
        REMOTE_ADDR="203.0.113.7",
        HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 http://evil.example",
    )

    text = text_of(last_mail(aigul.email))
    assert "Browser: Firefox, Linux." in text
    assert [word in str(last_mail(aigul.email).context) for word in ("203.0.113.7", "evil", "140.0")] == [False] * 3


@pytest.mark.parametrize("password", ["short", "123456789012", "password1234", "aigul@example.org"])
def test_a_weak_password_is_refused(client: Client, aigul: User, password: str) -> None:
    sign_in_with_password(client)

    client.post(
        "/en/accounts/password/change/", {"oldpassword": PASSWORD, "password1": password, "password2": password}
    )

    assert User.objects.get(pk=aigul.pk).check_password(PASSWORD)


def test_a_representative_may_set_a_password(client: Client, mira: User) -> None:
    ask_for_code(client, mira.email)
    type_code(client, mailed_code(mira.email))

    client.post("/en/accounts/password/set/", {"password1": NEW, "password2": NEW})

    assert User.objects.get(pk=mira.pk).check_password(NEW)


def test_nobody_makes_an_account(client: Client, db: None) -> None:
    page = client.get("/en/accounts/signup/")
    client.post("/en/accounts/signup/", {"email": "new@example.org", "password1": NEW})

    assert page.templates[0].name == "account/signup_closed.html"
    assert not User.objects.exists()


def test_no_page_before_signing_in_offers_to_sign_up(client: Client, db: None) -> None:
    for address in ["login/", "login/code/", "password/reset/", "signup/"]:
        assert "signup" not in client.get(f"/en/accounts/{address}").content.decode().replace(
            "/accounts/signup/", "" if address == "signup/" else "/accounts/signup/"
        )


def test_a_new_address_counts_after_its_code_and_the_old_one_is_told(client: Client, mira: User) -> None:
    ask_for_code(client, mira.email)
    type_code(client, mailed_code(mira.email))

    client.post("/en/accounts/email/", {"email": "new@unverified.example", "action_add": ""})
    before = User.objects.get(pk=mira.pk).email
    code = mailed_code("new@unverified.example")
    client.post("/en/accounts/confirm-email/", {"code": code})

    assert before == "mira@unverified.example"
    assert User.objects.get(pk=mira.pk).email == "new@unverified.example"
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [
        ("new@unverified.example", True, True)
    ]
    assert "new@unverified.example" in text_of(last_mail("mira@unverified.example"))


def test_an_address_that_has_an_account_is_not_given_away_and_not_taken(
    client: Client, mira: User, stranger: User
) -> None:
    ask_for_code(client, mira.email)
    type_code(client, mailed_code(mira.email))

    answer = client.post("/en/accounts/email/", {"email": stranger.email, "action_add": ""})

    assert answer.status_code == 302
    assert User.objects.get(pk=mira.pk).email == mira.email
    assert User.objects.filter(email=stranger.email).get() == stranger
