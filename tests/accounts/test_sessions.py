"""Sessions: listed without addresses, ended from afar, nothing left after signing out."""

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from campaign.accounts import address_tag, browser_family
from campaign.base.models import User
from tests.accounts.conftest import LANGUAGES, person_in, sign_in_with_password

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"


@pytest.mark.parametrize(
    ("user_agent", "family"),
    [
        (FIREFOX, "Firefox, Linux"),
        (SAFARI, "Safari, iOS"),
        (EDGE, "Edge, Windows"),
        ("curl/8", ""),
        ("", ""),
        ("<script>Chrome/", "Chrome"),
    ],
)
def test_a_browser_is_known_by_its_family(user_agent: str, family: str) -> None:
    assert browser_family(user_agent) == family


def test_a_session_keeps_time_and_browser_and_no_address(client: Client, aigul: User) -> None:
    sign_in_with_password(client, REMOTE_ADDR="203.0.113.7", HTTP_USER_AGENT=FIREFOX)

    session = UserSession.objects.get()
    assert (session.ip, session.user_agent) == ("::", "Firefox, Linux")
    assert "203.0.113.7" not in str(dict(client.session.items()))


@pytest.mark.parametrize(("address", "start"), [("203.0.113.7", "203.0.113"), ("2001:db8::7", "2001:db8")])
def test_attempts_are_counted_without_an_address(
    client: Client, aigul: User, address: str, start: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[str] = []
    keep = cache.set

    def watch(key: str, *more: object, **options: object) -> None:
        kept.append(key)
        keep(key, *more, **options)

    monkeypatch.setattr(cache, "set", watch)

    sign_in_with_password(client, password="wrong", REMOTE_ADDR=address)

    assert len(kept) == 3
    assert [key for key in kept if start in key] == []


def test_a_tag_tells_networks_apart_and_neighbours_in_one_ipv6_network_not() -> None:
    tags = [address_tag(address) for address in ("203.0.113.7", "203.0.113.8", "2001:db8::7", "2001:db8::8")]

    assert (tags[0] != tags[1], tags[2] == tags[3], tags[0][:2]) == (True, True, "fd")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_shows_each_browser_and_which_is_this_one(client: Client, aigul: User, language: str) -> None:
    sign_in_with_password(Client(), HTTP_USER_AGENT=SAFARI)
    sign_in_with_password(client, HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="203.0.113.7")

    page = client.get(f"/{language}/accounts/sessions/").content.decode()

    assert [page.count(words) for words in ("Firefox, Linux", "Safari, iOS", "203.0.113.7", "badge")] == [1, 1, 0, 1]


def test_other_sessions_are_ended_from_here(client: Client, aigul: User) -> None:
    other = Client()
    sign_in_with_password(other)
    sign_in_with_password(client)

    client.post("/en/accounts/sessions/")

    assert other.get("/en/my/").status_code == 302
    assert client.get("/en/my/").status_code == 200
    assert UserSession.objects.count() == 1


def test_a_person_sees_and_ends_only_the_own_sessions(client: Client, aigul: User, stranger: User) -> None:
    strange = Client()
    strange.force_login(stranger)
    sign_in_with_password(client)

    client.post("/en/accounts/sessions/")

    assert strange.get("/en/my/").status_code == 200


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_opening_the_sign_out_page_changes_nothing(client: Client, aigul: User, method: str) -> None:
    sign_in_with_password(client)

    answer = getattr(client, method)("/en/accounts/logout/")

    assert "Clear-Site-Data" not in answer
    assert person_in(client) == aigul.pk


@pytest.mark.parametrize("language", LANGUAGES)
def test_signing_out_leaves_nothing_in_the_browser(client: Client, aigul: User, language: str) -> None:
    sign_in_with_password(client)
    before = client.cookies[settings.SESSION_COOKIE_NAME].value

    answer = client.post(f"/{language}/accounts/logout/")

    assert (answer["Location"], answer["Clear-Site-Data"]) == (f"/{language}/", '"cache", "storage"')
    assert "no-store" in answer["Cache-Control"]
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = before
    assert thief.get("/en/my/").status_code == 302


@pytest.mark.parametrize(
    "address", ["accounts/email/", "accounts/sessions/", "accounts/2fa/", "accounts/login/", "my/"]
)
def test_no_page_of_an_account_is_kept_by_a_browser(client: Client, aigul: User, address: str) -> None:
    sign_in_with_password(client)

    assert "no-store" in client.get(f"/en/{address}")["Cache-Control"]


def test_signing_out_needs_the_token_of_the_form(aigul: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(aigul)

    answer = strict.post("/en/accounts/logout/")

    assert answer.status_code == 403
    assert person_in(strict) == aigul.pk


@pytest.mark.parametrize("cookie", ["garbage", "a" * 8000, "' OR 1=1", "\x7f"])
def test_a_senseless_cookie_is_nobody(client: Client, db: None, cookie: str) -> None:
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie

    assert client.get("/en/my/")["Location"] == "/en/accounts/login/?next=/en/my/"
