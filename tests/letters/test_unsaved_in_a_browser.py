"""In a browser, words are kept while they are typed, and come back after it was closed."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright

from campaign.base.models import User
from letters.models import Letter, UnsavedDraft

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
