"""Coordinators sign in with a password and a second factor, and manage both."""

import re
from base64 import b64decode
from typing import Any
from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from redis.exceptions import ConnectionError as CacheGone

from campaign.base.models import Mail, User
from letters.models import Coordinator
from tests.accounts.conftest import (
    LANGUAGES,
    PASSWORD,
    SECRET,
    app_code,
    codes_of,
    last_mail,
    person_in,
    sign_in_with_password,
    text_of,
)

pytestmark = pytest.mark.django_db

SECOND = "/en/accounts/2fa/authenticate/"


def reauthenticated(client: Client, language: str = "en") -> Client:
    """The person types the password again, as the pages of the second factor ask."""
    client.post(f"/{language}/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def test_a_password_alone_does_not_sign_in_who_has_a_second_factor(client: Client, protected: User) -> None:
    answer = sign_in_with_password(client)

    assert answer["Location"] == SECOND
    assert person_in(client) is None
    assert client.get("/en/desk/")["Location"] == "/en/accounts/login/?next=/en/desk/"


def test_password_and_the_code_of_the_app_open_the_desk(client: Client, protected: User) -> None:
    sign_in_with_password(client)

    done = client.post(SECOND, {"code": app_code()})

    assert done["Location"] == "/en/start/"
    assert client.get("/en/desk/").status_code == 200


def test_a_mailed_code_does_not_replace_the_second_factor(client: Client, protected: User) -> None:
    client.post("/en/accounts/login/code/", {"email": protected.email})

    answer = client.post("/en/accounts/login/code/confirm/", {"code": last_mail(protected.email).context["code"]})

    assert answer["Location"] == SECOND
    assert person_in(client) is None


def test_the_same_code_of_the_app_is_refused_a_second_time(client: Client, protected: User) -> None:
    code = app_code()
    sign_in_with_password(client)
    client.post(SECOND, {"code": code})

    second = Client()
    sign_in_with_password(second)
    refused = second.post(SECOND, {"code": code})

    assert refused.context["form"].errors["code"] == ["Incorrect code."]
    assert person_in(second) is None


def test_a_recovery_code_works_once(client: Client, protected: User) -> None:
    code = codes_of(protected)[0]
    sign_in_with_password(client)
    client.post(SECOND, {"code": code})
    assert person_in(client) == protected.pk

    second = Client()
    sign_in_with_password(second)
    refused = second.post(SECOND, {"code": code})

    assert refused.context["form"].errors["code"] == ["Incorrect code."]
    assert len(codes_of(protected)) == 9


def test_codes_cannot_be_tried_out(client: Client, protected: User) -> None:
    sign_in_with_password(client)

    tries = [client.post(SECOND, {"code": "000000"}) for _ in range(6)]
    right = client.post(SECOND, {"code": app_code()})

    assert tries[5].context["form"].errors["code"] == ["Too many failed login attempts. Try again later."]
    assert right.status_code == 200
    assert person_in(client) is None


def test_a_second_factor_that_came_too_late_begins_again_and_says_so(
    client: Client, protected: User, clock: Any
) -> None:
    sign_in_with_password(client)

    clock(15 * 60 + 1)
    late = client.post(SECOND, {"code": app_code()})

    assert late["Location"] == "/en/accounts/login/"
    assert "Begin again." in client.get(late["Location"]).content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_app_is_set_up_with_a_picture_that_the_policy_allows(client: Client, aigul: User, language: str) -> None:
    sign_in_with_password(client)
    reauthenticated(client, language)

    page = client.get(f"/{language}/accounts/2fa/totp/activate/")

    assert page.status_code == 200
    picture = re.search(r'<img src="data:image/svg\+xml;(base64|utf8),([^"]+)"', page.content.decode())
    assert picture is not None
    drawn = b64decode(picture[2]).decode() if picture[1] == "base64" else unquote(picture[2])
    assert "style=" not in drawn
    assert "#fff" in drawn
    assert "img-src 'self' data:" in page["Content-Security-Policy"]


def test_an_app_is_set_up_and_told_by_mail(
    client: Client, aigul: User, django_capture_on_commit_callbacks: Any
) -> None:
    sign_in_with_password(client)
    reauthenticated(client)
    secret = client.get("/en/accounts/2fa/totp/activate/").context["form"].secret

    with django_capture_on_commit_callbacks(execute=True):
        done = client.post("/en/accounts/2fa/totp/activate/", {"code": app_code(secret)})

    assert done["Location"] == "/en/accounts/2fa/recovery-codes/"
    assert {one.type for one in Authenticator.objects.filter(user=aigul)} == {"totp", "recovery_codes"}
    assert "Authenticator app activated." in text_of(last_mail(aigul.email))


def test_the_database_alone_gives_no_secret_away(client: Client, protected: User) -> None:
    rows = str(list(Authenticator.objects.values_list("data", flat=True)))

    assert SECRET not in rows
    assert codes_of(protected)[0] not in rows


def test_secrets_outlive_a_change_of_the_secret_key(client: Client, protected: User, settings: Any) -> None:
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key that is long enough to be one, for fifty characters"

    sign_in_with_password(client)
    client.post(SECOND, {"code": app_code()})

    assert person_in(client) == protected.pk


@pytest.mark.parametrize(
    "address", ["totp/activate/", "totp/deactivate/", "recovery-codes/", "recovery-codes/download/", "webauthn/add/"]
)
def test_whoever_finds_an_open_browser_is_asked_again(client: Client, protected: User, address: str) -> None:
    sign_in_with_password(client)
    client.post(SECOND, {"code": app_code()})

    answer = client.get(f"/en/accounts/2fa/{address}")

    assert answer.status_code == 302
    assert answer["Location"].split("?")[0] in ("/en/accounts/reauthenticate/", "/en/accounts/2fa/")


def test_a_held_up_act_leaves_neither_address_nor_cookie_in_the_session(client: Client, protected: User) -> None:
    sign_in_with_password(client)
    client.post(SECOND, {"code": app_code()})

    held = client.post("/en/accounts/2fa/totp/deactivate/", REMOTE_ADDR="203.0.113.7")

    assert held["Location"].startswith("/en/accounts/reauthenticate/")
    assert "203.0.113.7" not in str(dict(client.session.items()))


def test_a_coordinator_keeps_a_second_factor(client: Client, protected: User) -> None:
    sign_in_with_password(client)
    client.post(SECOND, {"code": app_code()})
    reauthenticated(client)

    refused = client.post("/en/accounts/2fa/totp/deactivate/")

    assert "You cannot deactivate two-factor authentication." in refused.content.decode()
    assert Authenticator.objects.filter(user=protected, type="totp").exists()


def test_in_a_demonstration_it_may_go(client: Client, protected: User, settings: Any) -> None:
    settings.DEMONSTRATION = True
    sign_in_with_password(client)
    client.post(SECOND, {"code": app_code()})
    reauthenticated(client)

    client.post("/en/accounts/2fa/totp/deactivate/")

    assert not Authenticator.objects.filter(user=protected).exists()
    assert "Authenticator app deactivated." in text_of(last_mail(protected.email))


def test_recovery_codes_are_shown_downloaded_and_made_anew(client: Client, protected: User) -> None:
    sign_in_with_password(client)
    client.post(SECOND, {"code": app_code()})
    reauthenticated(client)
    before = codes_of(protected)

    shown = client.get("/en/accounts/2fa/recovery-codes/").content.decode()
    file = client.get("/en/accounts/2fa/recovery-codes/download/")
    client.post("/en/accounts/2fa/recovery-codes/generate/")

    assert [code in shown for code in before] == [True] * 10
    assert file.content.decode().split() == before
    assert (file["Cache-Control"], file["Content-Disposition"][:10]) == (
        "max-age=0, no-cache, no-store, must-revalidate, private",
        "attachment",
    )
    assert set(codes_of(protected)).isdisjoint(before)


def test_outside_a_demonstration_the_desk_asks_for_password_and_second_factor(client: Client, aigul: User) -> None:
    sign_in_with_password(client)

    assert client.get("/en/desk/")["Location"] == "/en/accounts/2fa/"

    User.objects.filter(pk=aigul.pk).update(password="!")
    client.force_login(User.objects.get(pk=aigul.pk))
    assert client.get("/en/desk/")["Location"] == "/en/accounts/password/set/"


def test_in_a_demonstration_the_password_is_enough(client: Client, aigul: User, settings: Any) -> None:
    settings.DEMONSTRATION = True

    sign_in_with_password(client)

    assert client.get("/en/desk/").status_code == 200


@pytest.mark.parametrize("failure", [CacheGone("gone"), TimeoutError(), OSError("full")])
@pytest.mark.parametrize("language", LANGUAGES)
def test_without_the_cache_nobody_is_let_in_uncounted_and_no_page_fails(
    client: Client, aigul: User, monkeypatch: pytest.MonkeyPatch, failure: Exception, language: str
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise failure

    monkeypatch.setattr(cache, "add", fail)

    by_password = client.post(f"/{language}/accounts/login/", {"login": aigul.email, "password": PASSWORD})
    by_code = client.post(f"/{language}/accounts/login/code/", {"email": aigul.email})

    assert [(answer.status_code, answer["Retry-After"]) for answer in (by_password, by_code)] == [(503, "60")] * 2
    assert f'<html lang="{language}">' in by_password.content.decode()
    assert person_in(client) is None
    assert not Mail.objects.exists()


def test_who_is_no_coordinator_any_more_is_out_of_the_desk_at_the_next_request(client: Client, protected: User) -> None:
    sign_in_with_password(client)
    client.post(SECOND, {"code": app_code()})
    assert client.get("/en/desk/").status_code == 200

    Coordinator.objects.filter(user=protected).delete()

    assert client.get("/en/desk/").status_code == 403
