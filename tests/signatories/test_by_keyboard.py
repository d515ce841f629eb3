"""A coordinator admits thirty organizations without touching a mouse; without the page's script the keyboard is enough, too."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from campaign.base.models import User
from signatories.models import Signature
from signatories.states import SignatureState
from tests.conftest import NOON

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("committed", "_while_the_browser_waits"),
]

THIRTY = 30
MOST_TABS = 60


@pytest.fixture
def _while_the_browser_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Playwright keeps an event loop in this thread, which Django would take for an asynchronous caller."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture
def chromium() -> Iterator[Browser]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


def sign_in(page: Page, site: str) -> None:
    page.goto(f"{site}/en/accounts/login/")
    page.fill("[name=login]", "aigul@example.org")
    page.fill("[name=password]", "a long enough password")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/**")


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the element that this selector names has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    pytest.fail(f"{wanted} is not reached by the Tab key.")


def type_and_send(page: Page, words: str) -> None:
    page.keyboard.type(words)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_thirty_organizations_are_admitted_by_keyboard_alone(
    live_server: Any, settings: Any, aigul: User, confirmed: Callable[..., Signature], chromium: Browser
) -> None:
    settings.DEMONSTRATION = True
    settings.SITE_URL = live_server.url
    words = "alma almas aray asan ata bala bulaq dala jalyn jer jibek kemer kerege kiiz kun mereke nan oazis orman ot qala qar samal sary su tau tobe umit uy zhuldyz"
    names = words.split()
    assert len(set(names)) == THIRTY
    for minute, name in enumerate(names):
        confirmed(f"info@{name}.example", name=name, website=f"https://{name}.example", at=NOON.replace(minute=minute))
    page = chromium.new_page()
    sign_in(page, live_server.url)
    first = Signature.objects.order_by("confirmed_at")[0]
    page.goto(f"{live_server.url}/en/desk/signatures/{first.pk}/")

    for _ in range(THIRTY):
        page.keyboard.press("e")
        type_and_send(page, "official register, today")  # the entry in the register is chosen already
        type_and_send(page, "telephone from their site")  # the call-back is chosen, the focus is there
        if page.query_selector("#id_admission_reason"):
            give_reason(page)
        with page.expect_navigation():
            page.keyboard.press("Enter")  # the focus is on “Admit”; the next one opens by itself

    assert set(Signature.objects.values_list("state", flat=True)) == {SignatureState.ADMITTED}
    assert page.url.endswith("/desk/letters/clean-air/signatures/")


def give_reason(page: Page) -> None:
    """One that is like another asks for a word; the field stands just before the button."""
    page.keyboard.press("Shift+Tab")
    page.keyboard.type("another number, another city")


def test_without_the_script_tab_and_enter_are_enough(
    live_server: Any, settings: Any, aigul: User, confirmed: Callable[..., Signature], chromium: Browser
) -> None:
    settings.DEMONSTRATION = True
    settings.SITE_URL = live_server.url
    signature = confirmed("info@own.example", website="https://own.example")
    page = chromium.new_page()
    page.route("**/keys.js", lambda route: route.abort())
    sign_in(page, live_server.url)
    page.goto(f"{live_server.url}/en/desk/signatures/{signature.pk}/")

    tab_to(page, "#id_detail")
    type_and_send(page, "official register, today")
    type_and_send(page, "telephone from their site")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert Signature.objects.get().state == SignatureState.ADMITTED


def test_single_keys_can_be_switched_off_and_stay_so_in_this_browser(
    live_server: Any, settings: Any, aigul: User, confirmed: Callable[..., Signature], chromium: Browser
) -> None:
    settings.DEMONSTRATION = True
    settings.SITE_URL = live_server.url
    signature = confirmed("info@own.example", website="https://own.example")
    page = chromium.new_page()
    sign_in(page, live_server.url)
    address = f"{live_server.url}/en/desk/signatures/{signature.pk}/"
    focus = "document.activeElement.id || document.activeElement.tagName"

    page.goto(address)
    page.keyboard.press("e")
    assert page.evaluate(focus) == "id_detail"
    page.keyboard.type("nora")  # letters in a field are letters
    assert page.input_value("#id_detail") == "nora"
    page.uncheck("#keys")
    page.goto(address)

    assert not page.is_checked("#keys")
    page.keyboard.press("e")
    assert page.evaluate(focus) == "BODY"
    page.check("#keys")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("e")
    assert page.evaluate(focus) == "id_detail"
