"""Pages fit a telephone and a wide screen, by day and by night, without scripts."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, sync_playwright

from campaign.base.models import User
from letters.models import Letter
from signatories.forms.document import CleanDocument
from signatories.models import Signature
from signatories.services.evidence import record_by_hand
from signatories.states import EvidenceKind
from tests.conftest import NOON

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("committed", "_while_the_browser_waits"),
]
LONG = "Құқықтық-ағартушылық бастамаларды қолдаудың Батыс Қазақстан облыстық қоғамдық бірлестігі " * 3


@pytest.fixture
def _while_the_browser_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Playwright keeps an event loop in this thread, which Django would take for an asynchronous caller."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def site(live_server: Any, settings: Any) -> str:
    """The running site under the address that it takes for its own."""
    settings.SITE_URL = live_server.url
    address: str = live_server.url
    return address


@pytest.fixture
def paths(open_letter: Letter, admitted: Callable[..., Signature]) -> list[str]:
    """Every kind of page that a reader meets, in the language of the longest words."""
    organization = admitted(name=LONG.strip()[:300]).organization
    code = open_letter.revisions.get().check_code
    letter = f"/kk/letters/{open_letter.slug}/"
    return [
        "/kk/",
        "/kk/letters/",
        letter,
        f"{letter}signatories/",
        f"{letter}sign/",
        f"{letter}sign/new/",
        f"/kk/organizations/{organization.slug}/",
        "/kk/register/",
        "/kk/register/0/",
        "/kk/verify/",
        f"/kk/verify/{code}/",
        "/kk/about/",
        "/kk/privacy/",
        "/kk/accounts/login/",
        "/kk/none/",
    ]


@pytest.mark.parametrize("width", [360, 1440])
def test_no_page_is_wider_than_the_screen(browser: Browser, site: str, paths: list[str], width: int) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.set_viewport_size({"width": width, "height": 800})
    wide = []

    for path in paths:
        answer = page.goto(site + path)
        assert (answer and answer.status) == (404 if path == "/kk/none/" else 200)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(path)

    assert wide == []


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("width", [360, 1280])
def test_long_addresses_and_digests_of_documents_break(
    browser: Browser, site: str, settings: Any, aigul: User, confirmed: Callable[..., Signature], width: int
) -> None:
    settings.DEMONSTRATION = True
    signature = confirmed("info@own.example", website="https://own.example")
    record_by_hand(
        signature,
        EvidenceKind.REGISTRATION_DOCUMENT,
        detail=f"https://register.example/{'long' * 30}",
        document=CleanDocument(b"%PDF-", "pdf", "ab12" * 16),
        by=aigul,
        at=NOON,
    )
    signed_in = Client()
    signed_in.force_login(aigul)
    page = browser.new_context(viewport={"width": width, "height": 800}).new_page()
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": signed_in.cookies[name].value, "url": site}])

    page.goto(f"{site}/en/desk/signatures/{signature.pk}/")

    assert page.text_content("h1") == "Unverified Initiative"
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_the_dark_scheme_is_honoured(browser: Browser, site: str, paths: list[str]) -> None:
    grounds = {}
    for scheme in ("light", "dark"):
        page = browser.new_context(color_scheme=scheme).new_page()
        page.goto(site + paths[2])
        grounds[scheme] = page.evaluate(
            "getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/g).map(Number)"
        )

    assert min(grounds["light"]) > 200
    assert max(grounds["dark"]) < 80
