"""In a browser, words are kept while they are typed, and come back after it was closed."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import Browser, Dialog, Page, Route, expect, sync_playwright

from campaign.base.models import User
from letters.models import ConfirmedBlock, Letter, UnsavedDraft
from letters.services.letter import open_letter
from tests.conftest import BODIES, NOON

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("committed")]


@pytest.fixture
def chromium(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps an event loop in this thread
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


def page_of(person: User, chromium: Browser, site: str) -> Page:
    client = Client()
    client.force_login(person)
    context = chromium.new_context(base_url=site)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])
    return context.new_page()


@pytest.fixture
def page(live_server: Any, settings: Any, aigul: User, draft: Letter, chromium: Browser) -> Page:
    settings.DEMONSTRATION, settings.SITE_URL = True, live_server.url
    page = page_of(aigul, chromium, live_server.url)
    page.clock.install()
    return page


def type_title(page: Page, words: str) -> None:
    """As a person does, so that the browser may ask her later."""
    page.click("[name=title_kk]")
    page.fill("[name=title_kk]", words)


def kept_title() -> str:
    return str(UnsavedDraft.objects.get().fields["title_kk"])


def hide(page: Page) -> None:
    """What a browser tells a page whose tab is left or closed."""
    page.evaluate(
        """() => {
            Object.defineProperty(document, "visibilityState", { configurable: true, value: "hidden" });
            document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )


def test_words_outlive_the_browser(
    live_server: Any, settings: Any, aigul: User, draft: Letter, chromium: Browser
) -> None:
    settings.DEMONSTRATION, settings.SITE_URL = True, live_server.url
    page = page_of(aigul, chromium, live_server.url)
    page.clock.install()
    page.goto("/en/desk/letters/clean-air/edit/")
    page.fill("[name=title_kk]", "Сақталмаған тақырып")
    page.fill("[name=body_en]", "By 2031.")
    with page.expect_response("**/keep/") as answer:
        page.clock.run_for(3100)

    assert answer.value.status == 200
    expect(page.locator("[data-report]")).to_contain_text("the figure 2031: in English, not (or less often) in")
    expect(page.locator("[data-said]")).to_contain_text("Kept while you type")
    page.context.close()
    assert UnsavedDraft.objects.get().fields["title_kk"] == "Сақталмаған тақырып"
    again = page_of(aigul, chromium, live_server.url)
    again.goto("/en/desk/letters/clean-air/edit/")
    again.click("text=Take them up")
    assert again.input_value("[name=title_kk]") == "Сақталмаған тақырып"
    again.route("**/keep/", lambda route: route.abort())
    again.fill("[name=title_kk]", "Байланыс жоқ")
    expect(again.locator("[data-said]")).to_contain_text("Not kept")


def test_the_page_is_seen_while_it_is_typed(
    live_server: Any, settings: Any, aigul: User, draft: Letter, chromium: Browser
) -> None:
    settings.DEMONSTRATION, settings.SITE_URL = True, live_server.url
    page = page_of(aigul, chromium, live_server.url)
    page.clock.install()
    page.goto("/kk/desk/letters/clean-air/edit/")
    page.click("details.live summary")
    frame = page.frame_locator("details.live iframe")
    expect(frame.locator("h1")).to_have_text(draft.text("title", "kk"))

    page.fill("[name=title_kk]", "Мүлде басқа тақырып")
    page.clock.run_for(3100)

    expect(frame.locator("h1")).to_have_text("Мүлде басқа тақырып")
    assert "PT Serif" in frame.locator("h1").evaluate("one => getComputedStyle(one).fontFamily")
    draft.refresh_from_db()
    assert draft.text("title", "kk") != "Мүлде басқа тақырып"
    page.fill("[name=slug]", "no such address!")  # what cannot be shown leaves the last page there
    page.fill("[name=title_kk]", "Тағы басқа")
    with page.expect_response("**/preview/") as answer:
        page.clock.run_for(3100)
    assert answer.value.status == 422
    expect(frame.locator("h1")).to_have_text("Мүлде басқа тақырып")


OUT = {"kk": "Сіз жүйеден шығып кеткенсіз", "ru": "Вы вышли из системы", "en": "you are signed out"}
FIXED = {"kk": "осы арада хат ашылды", "ru": "тем временем письмо открыто", "en": "the letter was opened meanwhile"}
FULL = {"kk": "мәтін хатқа сыймайды", "ru": "больше, чем вмещает письмо", "en": "more than a letter can hold"}
FAILED = {"kk": "сайт қате қайтарды", "ru": "сайт ответил ошибкой", "en": "the site answered with an error"}
LANGUAGES = ["kk", "ru", "en"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_was_signed_out_is_told_and_loses_nothing_by_signing_in_elsewhere(
    page: Page, aigul: User, language: str
) -> None:
    page.goto(f"/{language}/desk/letters/clean-air/edit/")
    Session.objects.all().delete()
    type_title(page, "Сақталмаған тақырып")
    page.clock.run_for(3100)
    expect(page.locator("[data-said]")).to_contain_text(OUT[language])
    assert not UnsavedDraft.objects.exists()
    with page.expect_response("**/keep/"):
        page.click("form[data-keep] button[type=submit]")
    expect(page.locator("[name=title_kk]")).to_have_value("Сақталмаған тақырып")
    sign_in = page.locator("[data-sign-in] a")
    expect(sign_in).to_be_visible()
    assert sign_in.get_attribute("href") == f"/{language}/accounts/login/"
    assert sign_in.get_attribute("target") == "_blank"

    sign_in_elsewhere(page, aigul)
    page.clock.run_for(10100)

    expect(page.locator("[data-sign-in]")).to_be_hidden()
    assert kept_title() == "Сақталмаған тақырып"
    page.click("form[data-keep] button[type=submit]")
    page.wait_for_url(f"**/{language}/desk/letters/clean-air/")
    assert Letter.objects.get().text("title", "kk") == "Сақталмаған тақырып"


def sign_in_elsewhere(page: Page, person: User) -> None:
    """Signing in in another tab changes the session and the token against forged requests."""
    client = Client()
    client.force_login(person)
    site = page.url.split("/", 3)
    cookies = {"sessionid": client.cookies["sessionid"].value, "csrftoken": "n" * 32}
    page.context.add_cookies([{"name": n, "value": v, "url": "/".join(site[:3])} for n, v in cookies.items()])


def test_saving_after_signing_in_elsewhere_succeeds_though_nothing_was_kept_between(page: Page, aigul: User) -> None:
    page.goto("/en/desk/letters/clean-air/edit/")
    sign_in_elsewhere(page, aigul)
    type_title(page, "Сақталған тақырып")

    page.click("form[data-keep] button[type=submit]")

    page.wait_for_url("**/en/desk/letters/clean-air/")
    assert Letter.objects.get().text("title", "kk") == "Сақталған тақырып"


@pytest.mark.parametrize("language", LANGUAGES)
def test_why_words_are_not_kept_is_told(page: Page, draft: Letter, aigul: User, language: str) -> None:
    page.goto(f"/{language}/desk/letters/clean-air/edit/")
    said = page.locator("[data-said]")

    page.fill("[name=body_en]", "x" * 200_001)
    page.clock.run_for(3100)
    expect(said).to_contain_text(FULL[language])

    page.fill("[name=body_en]", "short")
    page.route("**/keep/", lambda route: route.fulfill(status=500))
    page.clock.run_for(3100)
    expect(said).to_contain_text(FAILED[language])

    page.unroute("**/keep/")
    open_letter(draft, by=aigul, at=NOON)
    page.clock.run_for(10100)
    expect(said).to_contain_text(FIXED[language])
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(30000)
    assert asked == []


def wait_for(page: Page, held: list[Route], *, count: int = 1) -> None:
    """A request is told before the route gets it; so the route is what is waited for."""
    for _ in range(200):
        if len(held) >= count:
            return
        page.wait_for_timeout(50)


def test_two_turns_are_never_on_their_way_at_once(page: Page) -> None:
    page.goto("/en/desk/letters/clean-air/edit/")
    held: list[Route] = []
    page.route("**/keep/", lambda route: held.append(route))
    for words in ("бірінші", "екінші", "үшінші"):
        type_title(page, words)
        page.clock.run_for(3100)
        wait_for(page, held)
    assert len(held) == 1

    with page.expect_response("**/keep/"):
        held[0].continue_()
    expect(page.locator("[data-said]")).to_contain_text("Kept while you type")
    assert kept_title() == "бірінші"
    page.clock.run_for(3100)
    wait_for(page, held, count=2)
    with page.expect_response("**/keep/"):
        held[1].continue_()
    assert kept_title() == "үшінші"
    assert len(held) == 2


def test_the_last_words_of_a_page_outlive_a_slow_turn_before_them(page: Page) -> None:
    page.goto("/en/desk/letters/clean-air/edit/")
    held: list[Route] = []
    page.route("**/keep/", lambda route: route.continue_() if held else held.append(route))
    type_title(page, "бірінші")
    page.clock.run_for(3100)
    wait_for(page, held)
    type_title(page, "соңғы")

    with page.expect_request_finished(lambda request: request.url.endswith("/keep/")):
        hide(page)
    with page.expect_response("**/keep/"):
        held[0].continue_()

    assert kept_title() == "соңғы"


def test_what_is_too_long_for_the_last_moment_is_sent_as_usual_and_not_called_kept(page: Page) -> None:
    page.goto("/en/desk/letters/clean-air/edit/")
    held: list[Route] = []
    page.route("**/keep/", lambda route: held.append(route))
    page.fill("[name=body_kk]", "ұ" * 24_000)
    page.fill("[name=body_ru]", "ы" * 24_000)

    hide(page)
    wait_for(page, held)

    assert [route.request.resource_type for route in held] == ["fetch"]
    expect(page.locator("[data-said]")).to_have_text("")
    with page.expect_response("**/keep/"):
        held[0].continue_()
    expect(page.locator("[data-said]")).to_contain_text("Kept while you type")


def test_a_page_asks_before_it_closes_while_words_are_not_kept(page: Page) -> None:
    page.goto("/en/desk/letters/clean-air/edit/")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    type_title(page, "Сақталмаған тақырып")
    page.close(run_before_unload=True)
    page.wait_for_timeout(200)
    assert asked == ["beforeunload"]
    assert not page.is_closed()

    with page.expect_response("**/keep/"):
        page.clock.run_for(3100)
    expect(page.locator("[data-said]")).to_contain_text("Kept while you type")
    with page.expect_event("close"):
        page.close(run_before_unload=True)
    assert asked == ["beforeunload"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_leads_to_the_block_in_its_field_and_keeps_what_is_ticked(page: Page, language: str) -> None:
    page.goto(f"/{language}/desk/letters/clean-air/edit/")
    page.fill("[name=body_en]", BODIES["en"].replace("\n\n", "\n\nBy 2031.\n\n", 1))
    page.click("[data-report] summary")
    first = page.locator("[data-report] [name=agrees]").first
    first.check()
    key = first.get_attribute("value")
    with page.expect_response("**/keep/"):
        page.clock.run_for(3100)

    row = page.locator("[data-report] tr", has_text="2031").first
    row.locator("a[href='#id_body_en']").click()
    selected = "area => area.value.slice(area.selectionStart, area.selectionEnd)"
    assert page.eval_on_selector("[name=body_en]", selected) == "By 2031."
    expect(page.locator(f"[data-report] [value='{key}']")).to_be_checked()

    page.click("[data-report] button")
    page.wait_for_url(f"**/{language}/desk/letters/clean-air/edit/?kept=yes#report")
    expect(page.locator("[name=body_en]")).to_have_value(BODIES["en"].replace("\n\n", "\n\nBy 2031.\n\n", 1))
    assert ConfirmedBlock.objects.get().key == key
