"""Every page of an account: in our clothes, in the reader's language, strict; the addresses are those that allauth has."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import allauth
import polib
import pytest
from allauth.account import urls as account_urls
from allauth.mfa import urls as mfa_urls
from allauth.mfa.models import Authenticator
from allauth.usersessions import urls as session_urls
from django.test import Client
from django.urls import URLPattern, URLResolver
from django.utils import translation

from campaign.base.models import User
from tests.accounts.conftest import (
    LANGUAGES,
    PASSWORD,
    SECRET,
    app_code,
    ask_for_code,
    last_mail,
    sign_in_with_password,
    visible,
)
from tests.accounts.test_passwords import RESET, reset_link

pytestmark = pytest.mark.django_db

Setup = Callable[[Client, User], None]
INLINE = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)(?![^>]*application/json)|\son\w+=|javascript:")
HARD_CODED = {
    "Not used.",
    "Change",
    "Name",
    "Email",
    "Code",
}  # English that allauth has written into a template or a form


def nobody(client: Client, person: User) -> None:
    """Nobody is signed in."""


def signed_in(client: Client, person: User) -> None:
    """The coordinator is signed in with her password and has typed it again."""
    sign_in_with_password(client)
    client.post("/en/accounts/reauthenticate/", {"password": PASSWORD})


def without_password(client: Client, person: User) -> None:
    """The person has no password."""
    User.objects.filter(pk=person.pk).update(password="!")
    client.force_login(User.objects.get(pk=person.pk))


def with_second_factor(client: Client, person: User) -> None:
    """She has an authenticator app, recovery codes and a passkey."""
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP

    signed_in(client, person)
    TOTP.activate(person, SECRET)
    RecoveryCodes.activate(person)
    for number in range(2):
        Authenticator.objects.create(
            user=person, type="webauthn", data={"name": f"Кілт {number}", "credential": PASSKEY}
        )


def half_way(client: Client, person: User) -> None:
    """The password is typed, the second factor is not."""
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(person, SECRET)
    sign_in_with_password(client)


def waiting_for_a_code(client: Client, person: User) -> None:
    """A code was asked for."""
    ask_for_code(client, person.email)


def changing_the_address(client: Client, person: User) -> None:
    """A new address waits for its code."""
    signed_in(client, person)
    client.post("/en/accounts/email/", {"email": "new@example.org", "action_add": ""})


def with_a_link(client: Client, person: User) -> None:
    """The link for a new password was opened."""
    client.post(RESET, {"email": person.email})
    client.get(reset_link(person.email))


PASSKEY: dict[str, Any] = {
    "id": "AQID",
    "rawId": "AQID",
    "type": "public-key",
    "clientExtensionResults": {"credProps": {"rk": True}},
    "response": {},
}

PAGES: dict[str, tuple[str, Setup, str]] = {
    "account_login": ("login/", nobody, "account/login.html"),
    "account_request_login_code": ("login/code/", nobody, "account/request_login_code.html"),
    "account_confirm_login_code": ("login/code/confirm/", waiting_for_a_code, "account/confirm_login_code.html"),
    "account_logout": ("logout/", signed_in, "account/logout.html"),
    "account_inactive": ("inactive/", nobody, "account/account_inactive.html"),
    "account_signup": ("signup/", nobody, "account/signup_closed.html"),
    "account_reauthenticate": ("reauthenticate/", signed_in, "account/reauthenticate.html"),
    "account_email": ("email/", changing_the_address, "account/email_change.html"),
    "account_email_verification_sent": (
        "confirm-email/",
        changing_the_address,
        "account/confirm_email_verification_code.html",
    ),
    "account_change_password": ("password/change/", signed_in, "account/password_change.html"),
    "account_set_password": ("password/set/", without_password, "account/password_set.html"),
    "account_reset_password": ("password/reset/", nobody, "account/password_reset.html"),
    "account_reset_password_done": ("password/reset/done/", nobody, "account/password_reset_done.html"),
    "account_reset_password_from_key": (
        "password/reset/key/UID-set-password/",
        with_a_link,
        "account/password_reset_from_key.html",
    ),
    "account_reset_password_from_key_done": (
        "password/reset/key/done/",
        nobody,
        "account/password_reset_from_key_done.html",
    ),
    "mfa_index": ("2fa/", with_second_factor, "mfa/index.html"),
    "mfa_authenticate": ("2fa/authenticate/", half_way, "mfa/authenticate.html"),
    "mfa_reauthenticate": ("2fa/reauthenticate/", with_second_factor, "mfa/reauthenticate.html"),
    "mfa_activate_totp": ("2fa/totp/activate/", signed_in, "mfa/totp/activate_form.html"),
    "mfa_deactivate_totp": ("2fa/totp/deactivate/", with_second_factor, "mfa/totp/deactivate_form.html"),
    "mfa_view_recovery_codes": ("2fa/recovery-codes/", with_second_factor, "mfa/recovery_codes/index.html"),
    "mfa_generate_recovery_codes": (
        "2fa/recovery-codes/generate/",
        with_second_factor,
        "mfa/recovery_codes/generate.html",
    ),
    "mfa_list_webauthn": ("2fa/webauthn/", with_second_factor, "mfa/webauthn/authenticator_list.html"),
    "mfa_add_webauthn": ("2fa/webauthn/add/", signed_in, "mfa/webauthn/add_form.html"),
    "mfa_edit_webauthn": ("2fa/webauthn/keys/KEY/edit/", with_second_factor, "mfa/webauthn/edit_form.html"),
    "mfa_remove_webauthn": (
        "2fa/webauthn/keys/KEY/remove/",
        with_second_factor,
        "mfa/webauthn/authenticator_confirm_delete.html",
    ),
    "usersessions_list": ("sessions/", signed_in, "usersessions/usersession_list.html"),
}
NO_PAGE = {
    "mfa_download_recovery_codes": "a file",
    "mfa_login_webauthn": "data for the browser",
    "mfa_reauthenticate_webauthn": "needs a registered passkey: shown in a browser",
}


def names(patterns: list[URLPattern | URLResolver]) -> set[str]:
    """The names of all addresses below."""
    found = set()
    for one in patterns:
        found |= {str(one.name)} if isinstance(one, URLPattern) else names(one.url_patterns)
    return found


@cache
def english(language: str) -> frozenset[str]:
    """What allauth says in English and this language says otherwise."""
    catalogue = polib.pofile(str(Path(allauth.__file__).parent / "locale/en/LC_MESSAGES/django.po"))
    with translation.override(language):
        found = frozenset(
            " ".join(one.msgid.split())
            for one in catalogue
            if not one.obsolete and translation.gettext(one.msgid) != one.msgid
        )
    assert len(found) > 200  # the catalogues are compiled
    return found


def address_of(name: str, language: str, person: User) -> str:
    """The path of a page in this language."""
    path = PAGES[name][0]
    if "KEY" in path:
        path = path.replace("KEY", str(Authenticator.objects.filter(user=person, type="webauthn").first().pk))  # type: ignore[union-attr]
    if "UID" in path:
        path = reset_link(person.email).split("/accounts/")[1].partition("-")[0] + "-set-password/"
    return f"/{language}/accounts/{path}"


def test_no_address_of_an_account_is_forgotten() -> None:
    known = names([*account_urls.urlpatterns, *mfa_urls.urlpatterns, *session_urls.urlpatterns])

    assert known == {*PAGES, *NO_PAGE}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_ours_and_speaks_the_readers_language(client: Client, aigul: User, language: str, name: str) -> None:
    PAGES[name][1](client, aigul)

    answer = client.get(address_of(name, language, aigul))

    page = answer.content.decode()
    assert answer.status_code == 200
    assert answer.templates[0].name == PAGES[name][2]
    assert [part in page for part in (f'<html lang="{language}">', "<main ", 'class="masthead"')] == [True] * 3
    assert page.count("<h1") == 1
    assert INLINE.findall(page) == []
    assert "no-store" in answer["Cache-Control"]
    title = re.search(r"<title>\s*(.+?)\s*</title>", page, flags=re.S)
    assert title is not None
    assert not title[1].startswith("·")
    if language != "en":
        said = {part.rstrip(":") for text in visible(page) for part in (text, *re.split(r"(?<=[.!?])\s+", text))}
        said |= {*re.findall(r'(?:placeholder|title|alt)="([^"]+)"', page)}
        assert said & (english(language) | HARD_CODED) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_code_of_the_app_is_refused_in_the_readers_language(client: Client, aigul: User, language: str) -> None:
    half_way(client, aigul)

    answer = client.post(f"/{language}/accounts/2fa/authenticate/", {"code": "abc"})

    assert answer.status_code == 200
    with translation.override(language):
        assert answer.context["form"].errors["code"] == [translation.gettext("Incorrect code.")]
    assert app_code() not in answer.content.decode()


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_a_message_holds_no_english_of_allauth(client: Client, aigul: User, language: str) -> None:
    client.post(f"/{language}/accounts/password/reset/", {"email": aigul.email})

    mail = last_mail(aigul.email)
    assert {mail.context["subject"], *mail.context["paragraphs"]} & english(language) == set()
    assert [part for part in mail.context["paragraphs"] if "Hello" in part or "example.com" in part] == []
