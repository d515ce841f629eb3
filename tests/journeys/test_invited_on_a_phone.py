"""From the mailed invitation to the signature, in Kazakh, on a telephone: five screens, less than two minutes."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from tests.journeys.conftest import COORDINATOR, Watch
from tests.journeys.test_journey import code_in, text_of, wait_for_mail
from tests.running.conftest import open_letter
from tests.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.postgresql]

SLUG, INVITED = "invited-on-a-phone", "office@zhaiyq.example"
TYPING = 120  # milliseconds for a letter on a telephone
INVITE = """
from django.utils import timezone
from campaign.base.models import User
from letters.models import Letter
from signatories.models import Invitation
from signatories.services import invitation as invitations
now = timezone.now()
letter, person = Letter.objects.get(slug={slug!r}), User.objects.get(email={person!r})
new = invitations.NewInvitation(name="«Жайық» қоғамдық қоры", email={email!r}, language="kk", country="KZ", contact_name="Гүлнар Үлгіқызы")
(made,) = invitations.prepare_invitations(letter, [new], owner=person, by=person, at=now)
invitations.send_invitation(Invitation.objects.get(token=made.token), by=person, at=now)
"""


@contextmanager
def telephone(chromium: Browser, watch: Watch) -> Iterator[Page]:
    """A small telephone with a Kazakh reader, without scripts."""
    context = chromium.new_context(
        viewport={"width": 360, "height": 740},
        locale="kk",
        is_mobile=True,
        has_touch=True,
        java_script_enabled=False,
    )
    context.set_default_timeout(20_000)
    watch.over(context)
    yield context.new_page()
    context.close()


def test_from_the_invitation_to_the_signature_on_a_phone(
    site: Site, chromium: Browser, watch: Watch, tmp_path: Path
) -> None:
    open_letter(site, SLUG, tmp_path)
    site.do(INVITE.format(slug=SLUG, person=COORDINATOR, email=INVITED))
    (address,) = re.findall(r"http\S+/kk/invited/[\w-]{20,}/(?= )", text_of(wait_for_mail(site, INVITED, 1)))
    screens: list[str] = []

    def note(frame: Frame) -> None:
        if not screens or screens[-1] != frame.url:
            screens.append(frame.url)

    with telephone(chromium, watch) as phone:
        phone.on("framenavigated", note)
        begun = time.monotonic()
        phone.goto(address)
        expect(phone.locator("main")).to_contain_text("«Жайық» қоғамдық қоры")
        phone.tap("button[value=read]")
        phone.locator("button[value=sign]").tap()
        fill(phone, "person_name", "Гүлнар Үлгіқызы")
        fill(phone, "position", "Директор")
        fill(phone, "email", INVITED)
        phone.check("input[name=basis][value=head]")
        phone.check("input[name=consent]")
        phone.locator("form:has(input[name=person_name]) button[type=submit]").last.tap()
        fill(phone, "code", code_in(wait_for_mail(site, INVITED, 2)))
        phone.locator("form:has(input[name=code]) button[type=submit]").tap()
        expect(phone.locator("input[name=code]")).to_have_count(0)
        seconds = time.monotonic() - begun
        width = phone.evaluate("document.documentElement.scrollWidth")

    assert [re.sub(r"[\w-]{20,}", "…", url.removeprefix(site.url)) for url in screens] == [
        "/kk/invited/…/",
        "/kk/invited/…/letter/",
        "/kk/invited/…/sign/new/",
        "/kk/signing/…/",
    ], "and the last one again, which then says that the signature was received: five screens"
    assert seconds < 120
    assert width <= 360
    assert site.rows("SELECT state, signature_id IS NOT NULL FROM signatories_invitation") in (
        [("signed", 1)],
        [("signed", True)],
    )
    assert watch.trouble == []


def fill(phone: Page, name: str, text: str) -> None:
    """Type like a person."""
    phone.locator(f"input[name={name}]").tap()
    phone.locator(f"input[name={name}]").press_sequentially(text, delay=TYPING)
