"""The button talks to NCALayer and says in words what became of it; without scripts the file is taken along."""

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from playwright.sync_api import Browser, BrowserContext, Page, Route, WebSocketRoute, sync_playwright

from signatories.forms.eds import EdsForm

pytestmark = pytest.mark.browser

PEM = "-----BEGIN CMS-----\nMIIB\n-----END CMS-----\n"
MANIFEST = b'{"letter":"1"}'
ADDRESS = "http://letters.test/sign/"
GREETING = json.dumps({"result": {"version": "1.4"}})
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' wss://127.0.0.1:13579; form-action 'self'"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


def document() -> str:
    """A page with the fragment in it."""
    with translation.override("en"):
        facts = {
            "form": EdsForm(),
            "action": "/sign/",
            "manifest_base64": base64.b64encode(MANIFEST).decode(),
            "csrf_token": "t",
        }
        fragment = render_to_string("signatories/_eds_sign.html", facts)
    return f"""<!doctype html><html lang="ru"><head><meta charset="utf-8"><title>Sign</title>
    <link rel="stylesheet" href="/static/site.css"><script src="/static/eds.js" defer></script></head>
    <body><main>{fragment}</main></body></html>"""


def serve(context: BrowserContext) -> Page:
    """The page, its script and its style, under the policy of the site."""

    def answer(route: Route) -> None:
        name = route.request.url.rpartition("/static/")[2]
        if route.request.url.startswith("http://letters.test/static/"):
            route.fulfill(path=settings.BASE_DIR / "static" / name)
        else:
            headers = {"Content-Security-Policy": POLICY}
            route.fulfill(body=document(), content_type="text/html; charset=utf-8", headers=headers)

    context.route("http://letters.test/**", answer)
    page = context.new_page()
    page.trouble = []  # type: ignore[attr-defined]
    page.on("console", lambda message: page.trouble.append(message.text))  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.trouble.append(str(error)))  # type: ignore[attr-defined]
    return page


@pytest.fixture
def page(browser: Browser) -> Iterator[Any]:
    """An empty page that will be served, in a browser with scripts."""
    context = browser.new_context()
    yield serve(context)
    context.close()


def ncalayer(
    page: Page, answer: Callable[[WebSocketRoute, dict[str, Any]], None], greeting: str = GREETING
) -> list[Any]:
    """Stand in for the program on the reader's computer; what it was asked is collected."""
    asked: list[Any] = []

    def connect(socket: WebSocketRoute) -> None:
        def hear(message: str | bytes) -> None:
            asked.append(json.loads(message))
            answer(socket, asked[-1])

        socket.on_message(hear)
        socket.send(greeting)

    page.route_web_socket("wss://127.0.0.1:13579", connect)
    return asked


def press(page: Page) -> str:
    """Press the button and wait for what is said."""
    page.goto(ADDRESS)
    page.get_by_role("button", name="Sign in NCALayer").click()
    page.locator("[data-eds-button]:enabled").wait_for()
    return page.locator("[data-eds-status]").inner_text()


def test_the_signature_comes_into_the_field_and_nothing_is_sent_yet(page):
    asked = ncalayer(page, lambda socket, _: socket.send(json.dumps({"status": True, "body": {"result": [PEM]}})))

    said = press(page)

    assert said == "The file is signed. Press “Send the signature”."
    assert page.locator("textarea").input_value() == PEM
    assert page.evaluate("document.activeElement.textContent") == "Send the signature"
    assert (asked[0]["module"], asked[0]["method"]) == ("kz.gov.pki.knca.basics", "sign")
    assert base64.b64decode(asked[0]["args"].pop("data")) == MANIFEST
    assert asked[0]["args"] == {
        "allowedStorages": None,
        "format": "cms",
        "signingParams": {"decode": True, "encapsulate": False, "digested": False, "tsaProfile": {}},
        "signerParams": {"extKeyUsageOids": ["1.3.6.1.5.5.7.3.4", "1.2.398.3.3.4.1.2"]},
        "locale": "ru",
    }
    assert page.trouble == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"status": True, "body": {}}, "Nothing was signed: the window of NCALayer was closed. You can try again."),
        (
            {"status": False, "code": "500", "message": "Wrong password"},
            "Nothing was signed: NCALayer could not sign the file. Try again, or download the file and sign it elsewhere. (Wrong password)",
        ),
        (
            {"status": True, "body": {"result": ["<xml/>"]}},
            "Nothing was signed: NCALayer could not sign the file. Try again, or download the file and sign it elsewhere.",
        ),
        (
            ["nonsense"],
            "Nothing was signed: NCALayer could not sign the file. Try again, or download the file and sign it elsewhere.",
        ),
    ],
)
def test_what_went_wrong_is_said_and_the_field_stays_empty(page, answer, said):
    ncalayer(page, lambda socket, _: socket.send(json.dumps(answer)))

    assert press(page) == said
    assert page.locator("textarea").input_value() == ""
    assert page.trouble == []


def test_a_program_that_goes_away_in_between_is_told(page):
    ncalayer(page, lambda socket, _: socket.close())

    assert press(page).startswith("Nothing was signed: NCALayer does not answer.")


def test_a_computer_without_ncalayer_is_told(page):
    assert press(page).startswith("Nothing was signed: NCALayer does not answer.")


def test_a_second_attempt_may_succeed(page):
    answers = [{"status": True, "body": {}}, {"status": True, "body": {"result": PEM}}]
    ncalayer(page, lambda socket, _: socket.send(json.dumps(answers.pop(0))))

    press(page)
    page.get_by_role("button", name="Sign in NCALayer").click()
    page.locator("[data-eds-status].notice-success").wait_for()

    assert page.locator("textarea").input_value() == PEM


def test_without_scripts_the_file_is_downloaded_and_its_signature_uploaded(browser):
    context = browser.new_context(java_script_enabled=False)
    page = serve(context)
    page.goto(ADDRESS)

    assert page.get_by_role("button").all_inner_texts() == ["Send the signature"]
    page.get_by_text("Sign in another program").click()
    with page.expect_download() as started:
        page.get_by_role("link", name="Download the file").click()
    content = started.value.path().read_bytes()
    context.close()

    assert started.value.suggested_filename == "qoltanba.json"
    assert content == MANIFEST
