"""What the tests of accounts share: a cache of its own, a coordinator with a second factor, what was mailed."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client

from campaign.base import post
from campaign.base.models import Mail, User
from tests.conftest import make_person

PASSWORD = "a long enough password"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
LANGUAGES = ["kk", "ru", "en"]


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Nobody has tried anything yet."""
    cache.clear()


@pytest.fixture
def mira(db: None) -> User:
    """A representative with an account and no password."""
    return make_person("mira@unverified.example", language="kk")


@pytest.fixture
def protected(aigul: User) -> User:
    """The coordinator with an authenticator app and recovery codes."""
    totp.TOTP.activate(aigul, SECRET)
    RecoveryCodes.activate(aigul)
    return aigul


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Moves the clock that allauth looks at by that many seconds."""
    passed = [0.0]
    true_time = time.time
    monkeypatch.setattr(time, "time", lambda: true_time() + passed[0])

    def move(seconds: float) -> None:
        passed[0] += seconds

    return move


def app_code(secret: str = SECRET) -> str:
    """What the authenticator app shows now."""
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))


def last_mail(to: str) -> Mail:
    """The newest message to this address."""
    mail = Mail.objects.filter(to=to).order_by("-pk").first()
    assert mail is not None
    return mail


def text_of(mail: Mail) -> str:
    """The plain text as it would go out."""
    return str(post.compose(mail).body)


def ask_for_code(client: Client, email: str, language: str = "en", **headers: Any) -> Any:
    """Fill in the code form of the sign-in page; the answer is the page that follows."""
    return client.post(f"/{language}/accounts/login/code/", {"email": email}, follow=True, **headers)


def type_code(client: Client, code: str, language: str = "en", **fields: str) -> Any:
    """Type a code on the page that asks for it."""
    return client.post(f"/{language}/accounts/login/code/confirm/", {"code": code, **fields})


def sign_in_with_password(
    client: Client, email: str = "aigul@example.org", password: str = PASSWORD, **more: Any
) -> Any:
    """Fill in the password form."""
    return client.post("/en/accounts/login/", {"login": email, "password": password}, **more)


def mailed_code(email: str) -> str:
    """The code in the newest message to this address."""
    return str(last_mail(email).context["code"])


def person_in(client: Client) -> int | None:
    """The key of the person who is signed in in this browser."""
    key = client.session.get("_auth_user_id")
    return int(key) if key else None


def codes_of(person: User) -> list[str]:
    """The unused recovery codes."""
    return list(Authenticator.objects.get(user=person, type="recovery_codes").wrap().get_unused_codes())


def visible(page: str) -> list[str]:
    """The texts of a page between its tags, without scripts."""
    body = re.sub(r"<script.*?</script>", "", page, flags=re.S)
    return [" ".join(text.split()) for text in re.split(r"<[^>]*>", body) if text.strip()]
