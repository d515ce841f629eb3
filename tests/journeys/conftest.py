"""A headless Chromium, and a running site with offices and a coordinator."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Request, Response, sync_playwright

from tests.site import Site, running_site

COORDINATOR = "aigul@example.org"
PASSWORD = "a long enough password"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
QUIET += ["--disable-sync", "--no-first-run"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A demonstration that runs: web, workers and clock."""
    with running_site(tmp_path_factory.mktemp("site")) as running:
        running.manage("seed_offices")
        running.manage("create_coordinator", COORDINATOR, "--password-stdin", typed=PASSWORD)
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, which talks to nobody by itself."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=QUIET)
        yield browser
        browser.close()


@dataclass
class Watch:
    """What must not happen while somebody is on the site: complaints of the browser, failures, requests to others."""

    site: Site
    trouble: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        """Watch everything that happens in this browser."""
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.trouble.append(f"script: {error.error}"))
        context.on("request", self._see_request)
        context.on("response", self._see_answer)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.trouble.append(f"console: {message.text}")

    def _see_request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.site.url}/", "data:")):
            self.trouble.append(f"foreign request: {request.url}")

    def _see_answer(self, answer: Response) -> None:
        if answer.status >= 400:
            self.trouble.append(f"{answer.status}: {answer.url}")


@pytest.fixture
def watch(site: Site) -> Watch:
    """Notes what goes wrong during one test."""
    return Watch(site)


@pytest.fixture
def person(chromium: Browser, watch: Watch) -> Iterator[Callable[..., Any]]:
    """Opens a browser for one person: `with person("kk", scripts=False) as page`."""

    @contextmanager
    def sit_down(language: str, *, scripts: bool) -> Iterator[Any]:
        context = chromium.new_context(locale=language, java_script_enabled=scripts, accept_downloads=True)
        context.set_default_timeout(20_000)
        watch.over(context)
        yield context.new_page()
        context.close()

    return sit_down
