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
    with page.expect_response("**/keep/") as answer:
        page.clock.run_for(3100)

    assert answer.value.status == 204
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
