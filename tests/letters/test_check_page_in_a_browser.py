"""In a browser, the check page computes the hash itself, so that a file need not leave the device."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Browser, Page, Request, Route, expect

from campaign.base.languages import LANGUAGES
from letters.services import checking
from letters.services.checking import Answer
from tests.conftest import Printed
from tests.letters.test_unsaved_in_a_browser import chromium, wait_for  # noqa: F401  (a fixture)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("committed")]

UNKNOWN = "No letter with exactly these bytes was printed here. Press once more to send the file itself: then it can be said what became of it."
FAILED = "Nothing was checked: the site gave no answer. The file is still chosen; press once more."
OFTEN = "Nothing was checked: from your network too much was asked for in a short time. The file is still chosen; wait a few minutes and press once more."
BUTTON = "[data-verify] button"
FILE = "#file"
DROP = """(card, files) => {
  const transfer = new DataTransfer();
  for (const text of files) transfer.items.add(new File([text], "letter.pdf", { type: "application/pdf" }));
  for (const name of ["dragover", "drop"])
    card.dispatchEvent(new DragEvent(name, { dataTransfer: transfer, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def altered(printed: Printed, tmp_path: Path) -> Path:
    place = printed.pdf.index(b"/Title")
    file = tmp_path / "altered.pdf"
    file.write_bytes(printed.pdf[: place + 8] + b"Z" + printed.pdf[place + 9 :])
    return file


@pytest.fixture
def whole(printed: Printed, tmp_path: Path) -> Path:
    file = tmp_path / "whole.pdf"
    file.write_bytes(printed.pdf)
    return file


@pytest.fixture
def site(whole: Path, live_server: Any, settings: Any, chromium: Browser) -> Iterator[Page]:  # noqa: F811
    """A page of the site; a file is judged in a process of its own, which takes seconds on a busy machine."""
    settings.SITE_URL = live_server.url
    expect.set_options(timeout=60_000)
    yield chromium.new_context(base_url=live_server.url).new_page()
    expect.set_options(timeout=5_000)


def sent_by(page: Page) -> list[bytes]:
    """What leaves the browser from now on, as it leaves it."""
    bodies: list[bytes] = []

    def keep(request: Request) -> None:
        if request.method == "POST":
            bodies.append(request.post_data_buffer or b"")

    page.on("request", keep)
    return bodies


def test_of_a_known_file_the_hash_alone_leaves_the_browser(site: Page, whole: Path) -> None:
    bodies = sent_by(site)
    for language in LANGUAGES:
        site.goto(f"/{language}/verify/")
        site.set_input_files(FILE, whole)
        site.click(BUTTON)
        with translation.override(language):
            expect(site.locator("#answer")).to_contain_text(str(Answer.GENUINE.words))

    sha256 = hashlib.sha256(whole.read_bytes()).hexdigest().encode()
    assert [sha256 in body for body in bodies] == [True] * len(LANGUAGES)
    assert all(len(body) < 500 for body in bodies)


def test_an_unknown_file_leaves_the_browser_after_a_second_press_alone(site: Page, altered: Path, whole: Path) -> None:
    bodies = sent_by(site)
    for language in LANGUAGES:
        site.goto(f"/{language}/verify/")
        site.set_input_files(FILE, altered)
        site.click(BUTTON)
        with translation.override(language):
            expect(site.locator("[data-note=unknown]")).to_have_text(gettext(UNKNOWN))
        expect(site.locator("[data-note=unknown]")).to_be_visible()
    assert len(bodies) == len(LANGUAGES)
    assert all(len(body) < 500 for body in bodies)

    site.set_input_files(FILE, whole)  # another one begins anew
    expect(site.locator("[data-note=unknown]")).to_be_hidden()
    site.set_input_files(FILE, altered)
    site.click(BUTTON)
    expect(site.locator("[data-note=unknown]")).to_be_visible()
    site.click(BUTTON)

    expect(site.locator("#answer")).to_have_attribute("data-answer", "altered")


def test_what_was_told_of_one_file_sends_no_other(site: Page, altered: Path, whole: Path, tmp_path: Path) -> None:
    private = tmp_path / "private.pdf"
    private.write_bytes(b"x" * 5000)
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if route.request.method == "POST" and not held:
            held.append(route)
        else:
            route.fallback()

    site.route("**/verify/", hold_the_first)
    site.goto("/en/verify/")
    site.set_input_files(FILE, altered)
    site.click(BUTTON)
    wait_for(site, held)
    bodies = sent_by(site)
    site.set_input_files(FILE, private)
    held[0].fallback()  # the site knows nothing of the file before
    expect(site.locator("[data-note=unknown]")).to_be_hidden()
    site.click(BUTTON)

    expect(site.locator("[data-note=unknown]")).to_be_visible()
    assert [hashlib.sha256(private.read_bytes()).hexdigest().encode() in body for body in bodies] == [True]
    assert len(bodies[0]) < 500


def test_a_file_that_cannot_be_sent_stays_chosen(site: Page, altered: Path) -> None:
    site.goto("/en/verify/")
    site.set_input_files(FILE, altered)
    site.click(BUTTON)
    expect(site.locator("[data-note=unknown]")).to_be_visible()
    site.route("**/verify/", lambda route: route.abort())
    site.click(BUTTON)

    expect(site.locator("[data-note=failed]")).to_be_visible()
    site.unroute("**/verify/")
    site.click(BUTTON)
    expect(site.locator("#answer")).to_have_attribute("data-answer", "altered")
    assert site.evaluate("document.activeElement.id") == "answer"


def test_a_site_that_does_not_answer_is_said_and_nothing_is_lost(site: Page, whole: Path) -> None:
    answers: dict[str, int | None] = {"kk": 429, "ru": 500, "en": None}

    def trouble(route: Route) -> None:
        if route.request.method != "POST" or not answers:
            route.fallback()
        elif (status := answers.pop(language)) is None:
            route.abort()
        else:
            route.fulfill(status=status)

    site.route("**/verify/", trouble)
    for language in list(answers):
        site.goto(f"/{language}/verify/")
        site.set_input_files(FILE, whole)
        site.click(BUTTON)
        note = site.locator("[data-note=often]" if language == "kk" else "[data-note=failed]")
        with translation.override(language):
            expect(note).to_have_text(gettext(OFTEN if language == "kk" else FAILED))
        expect(note).to_be_visible()
        assert site.input_value(FILE).endswith("whole.pdf")
    site.click(BUTTON)

    expect(site.locator("#answer")).to_have_attribute("data-answer", "genuine")


def test_a_file_can_be_dropped_and_only_one(site: Page) -> None:
    bodies = sent_by(site)
    site.goto("/en/verify/")
    card = site.locator("section:has([data-verify])")
    expect(card).to_contain_text("Or drop the file here.")

    card.evaluate(DROP, ["one", "two"])
    expect(site.locator("[data-note=one]")).to_be_visible()
    assert bodies == []
    card.evaluate(DROP, ["hello"])

    expect(site.locator("[data-note=unknown]")).to_be_visible()
    assert [hashlib.sha256(b"hello").hexdigest().encode() in body for body in bodies] == [True]


def test_a_file_that_is_too_large_is_told_at_once(site: Page, monkeypatch: pytest.MonkeyPatch, whole: Path) -> None:
    monkeypatch.setattr(checking, "LARGEST_FILE", 1000)
    bodies = sent_by(site)
    site.goto("/en/verify/")
    site.set_input_files(FILE, whole)

    expect(site.locator("[data-note=large]")).to_be_visible()
    site.click(BUTTON)
    expect(site.locator("[data-note=large]")).to_have_text(str(Answer.TOO_LARGE.words))
    expect(site.locator("[data-note=large]")).to_be_visible()
    assert bodies == []


def test_without_scripts_the_file_is_sent(site: Page, chromium: Browser, whole: Path) -> None:  # noqa: F811
    site.goto("/en/verify/")
    page = chromium.new_context(java_script_enabled=False).new_page()
    page.goto(site.url)
    expect(page.locator("[data-drop]")).to_be_hidden()
    page.locator(FILE).set_input_files(whole)
    page.click(BUTTON)

    expect(page.locator("#answer")).to_have_attribute("data-answer", "genuine")
