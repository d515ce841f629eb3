"""Accounts in headless Chromium: a passkey from registration to sign-in, and what a screen reader meets."""

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from campaign.base.models import User
from tests.accounts.conftest import PASSWORD

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("committed", "_while_the_browser_waits"),
]
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def _while_the_browser_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Playwright keeps an event loop in this thread, which Django would take for an asynchronous caller."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture
def site(live_server: Any, settings: Any) -> str:
    """The address of the running site; passkeys need a name, not a number."""
    settings.SITE_URL = live_server.url.replace("127.0.0.1", "localhost")
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    settings.DEMONSTRATION = True
    return str(settings.SITE_URL)


@pytest.fixture
def page() -> Iterator[Page]:
    """An empty browser that fails the test on any error of a script."""
    errors: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 360, "height": 800})
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
        yield page
        browser.close()
    assert errors == []


def sign_in(page: Page, site: str, language: str = "kk") -> None:
    """Type the password and send the form."""
    page.goto(f"{site}/{language}/accounts/login/")
    page.fill("#id_login", "aigul@example.org")
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_url("**/desk/")


def confirm_password(page: Page, address: str) -> None:
    """Open a page that asks for the password again."""
    page.goto(address)
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_url(address)


def test_a_passkey_is_registered_and_signs_in(page: Page, site: str, aigul: User) -> None:
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})

    sign_in(page, site)
    confirm_password(page, f"{site}/kk/accounts/2fa/webauthn/add/")
    page.fill("#id_name", "Aigul’s key")
    page.check("#id_passwordless")
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/recovery-codes/")
    assert Authenticator.objects.get(type="webauthn").wrap().name == "Aigul’s key"

    page.context.clear_cookies()
    page.goto(f"{site}/kk/accounts/login/")
    page.click("#passkey_login")
    page.wait_for_url("**/kk/desk/")
    page.goto(f"{site}/kk/accounts/2fa/webauthn/reauthenticate/?next=/kk/accounts/2fa/")
    page.click("#mfa_webauthn_reauthenticate")
    page.wait_for_url("**/kk/accounts/2fa/")


def test_a_screen_reader_meets_no_obstacle(page: Page, site: str, aigul: User) -> None:
    found = {}
    axe = Axe()

    page.goto(f"{site}/kk/accounts/login/")
    found["login"] = axe.run(page).response["violations"]
    page.fill("#code-email", "nobody@unknown.example")
    page.press("#code-email", "Enter")
    page.wait_for_url("**/confirm/")
    page.fill("#id_code", "1")
    page.press("#id_code", "Enter")
    page.wait_for_selector("#error-summary")
    found["code"] = axe.run(page).response["violations"]
    page.click("button[form=logout-from-stage]")
    page.wait_for_url("**/login/")
    sign_in(page, site)
    for address in ["2fa/", "sessions/", "email/", "password/change/"]:
        page.goto(f"{site}/kk/accounts/{address}")
        found[address] = axe.run(page).response["violations"]
    confirm_password(page, f"{site}/kk/accounts/2fa/totp/activate/")
    found["totp"] = axe.run(page).response["violations"]

    assert {name: [one["id"] for one in violations] for name, violations in found.items() if violations} == {}
    assert page.evaluate("document.querySelector('main img').naturalWidth") > 100
