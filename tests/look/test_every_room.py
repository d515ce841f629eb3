"""The rooms behind the sign-in, filled by the demonstration: each fits a telephone and a desk, in three languages, without obstacles."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from campaign.base import jobs
from campaign.base.languages import LANGUAGES
from campaign.base.models import User
from campaign.demonstration import people
from letters.models import Letter
from letters.services import edition as editions
from signatories.models import Check, Invitation, MailedCode, Organization, Signature
from signatories.states import CodePurpose, ErratumChoice, SignatureState
from tests.conftest import NOON

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("committed", "files"),
]
NARROW, WIDE = 360, 1280


@pytest.fixture
def demonstration(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation full of everything; its PDFs are another test's subject."""
    settings.DEMONSTRATION, settings.VAR_DIR = True, tmp_path
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps an event loop in this thread
    blank = {"file": "blank.pdf", "size": 1, "pages": 1, "sha256": "0" * 64, "unsigned_sha256": "0" * 64}
    monkeypatch.setattr(editions, "print_one", lambda one: jobs.finish(one, printed_at=NOON, **blank))
    call_command("seed_demo")


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(demonstration: None, browser: Browser, live_server: Any, settings: Any) -> Callable[[str, int], Page]:
    """Opens a window in which this person is signed in; nobody is for an empty address."""
    settings.SITE_URL = live_server.url  # the site answers at its own address alone

    def open_one(email: str, width: int) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 800}, base_url=live_server.url)
        if email:
            client = Client()
            client.force_login(User.objects.get(email=email))
            context.add_cookies(
                [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
            )
        return context.new_page()

    return open_one


def rooms() -> dict[str, list[str]]:
    """Addresses without the language, by who is to visit them."""
    opened, closed = Letter.objects.get(state="open").slug, Letter.objects.get(state="closed").slug
    draft = Letter.objects.get(state="draft").slug
    waiting = Signature.objects.filter(revision__letter__slug=opened)
    new = waiting.filter(state=SignatureState.CONFIRMED, organization__verified_at=None).order_by("pk")[0].pk
    held = waiting.get(state=SignatureState.ON_HOLD).pk
    entered = waiting.get(state=SignatureState.STARTED).pk
    own = Organization.objects.get(pk=Check.objects.get().organization_id)
    twin = Organization.objects.get(name_en="Qyryq qarlygash balalar quqygy ortalygy").pk
    like = Organization.objects.get(domain="qyryq-qarlygash.example").pk
    theirs = Signature.objects.get(organization=own, revision__letter__slug=closed).pk
    keeps = Signature.objects.get(erratum_answers__choice=ErratumChoice.KEEP)
    invited = Invitation.objects.filter(state="invited", stopped_at=None).order_by("pk")[0]
    asked = MailedCode.objects.get(purpose=CodePurpose.APPROVAL, email=people.OWNER)
    return {
        people.COORDINATOR: [
            "desk/",
            f"desk/letters/{opened}/signatures/",
            f"desk/letters/{opened}/signatures/paper/",
            f"desk/letters/{opened}/invitations/",
            f"desk/letters/{opened}/invitations/list/",
            f"desk/letters/{opened}/invitations/plan/",
            f"desk/letters/{opened}/invitations/{invited.pk}/",
            f"desk/letters/{opened}/bulk/",
            f"desk/letters/{opened}/correct/",
            f"desk/letters/{draft}/demands/",
            f"desk/letters/{draft}/readers/",
            f"desk/letters/{draft}/blocks/",
            f"desk/letters/{draft}/edit/",
            f"desk/letters/{closed}/late/",
            f"desk/letters/{closed}/editions/",
            f"desk/signatures/{entered}/paper/",
            f"desk/signatures/{held}/dispute/",
        ],
        people.REVIEWERS[0]: [
            "desk/reviews/",
            f"desk/signatures/{new}/",
            "desk/organizations/",
            f"desk/organizations/{own.slug}/",
            "desk/organizations/duplicates/",
            f"desk/organizations/merge/{like}/{twin}/",
        ],
        people.OWNER: [
            "my/",
            f"my/organizations/{own.slug}/",
            f"my/organizations/{own.slug}/profile/",
            f"my/signatures/{theirs}/visibility/",
            f"my/signatures/{theirs}/eds/",
            f"approval/{asked.token}/",
        ],
        keeps.email: [f"my/signatures/{keeps.pk}/correction/"],
        "": [
            f"invited/{invited.token}/",
            f"letters/{closed}/",
            f"letters/{opened}/",
            f"letters/{opened}/corrections/",
            f"letters/{opened}/signatories/",
            f"organizations/{own.slug}/",
            f"organizations/{own.slug}/dispute/",
        ],
    }


def test_every_room_fits_and_puts_no_obstacle_before_a_screen_reader(open_page: Callable[[str, int], Page]) -> None:
    axe, wrong = Axe(), []
    for person, addresses in rooms().items():
        narrow, wide = open_page(person, NARROW), open_page(person, WIDE)
        for number, address in enumerate(addresses):
            language = LANGUAGES[number % len(LANGUAGES)]
            for page, shown_in in ((narrow, "kk"), (wide, language)):
                answer = page.goto(f"/{shown_in}/{address}")
                assert answer is not None
                if answer.status != 200:
                    wrong.append((address, answer.status))
                if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                    wrong.append((address, "is wider than the screen"))
            wrong += [(address, one["id"]) for one in axe.run(wide).response["violations"]]

    assert wrong == []
