"""A letter goes the whole way on a running site: imported, opened, signed in three languages, reviewed, closed, printed."""

import re
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import COORDINATOR, PASSWORD, Watch
from tests.plugins import backend
from tests.site import Site, letter_folder, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.postgresql]

SCRIPTS = [True, False] if backend() == "sqlite" else [True]  # whether scripts run is nothing to the other database

EDITIONS = 15  # four recipients and the public, in three languages
REASON = "We called the office twice, and nobody there knew of this signature."


@dataclass(frozen=True)
class Signer:
    """A representative, and what becomes of the signature."""

    language: str
    email: str
    name: str
    person: str
    website: str
    evidence: tuple[str, ...]


def three_signers(kazakh: str, domain: str, russian: str, english: str) -> tuple[Signer, Signer, Signer]:
    """One with mail at its own domain, one at a free provider, one of whom nothing can be found."""
    by_domain = ("register_seen", "call_back")
    by_call = ("register_seen", "channel_seen", "call_back", "mandate_document")
    return (
        Signer("kk", f"office@{domain}", kazakh, "Әсем Үлгіқызы", f"https://{domain}", by_domain),
        Signer("ru", f"{domain.partition('.')[0]}@mail.ru", russian, "Иван Образцов", "", by_call),
        Signer("en", f"mira@un{domain}", english, "Mira Example", "", ()),
    )


WITH_SCRIPTS = three_signers("«Алма» қоғамдық қоры", "alma-qor.example", "Фонд «Река»", "Unverified Initiative")
WITHOUT_SCRIPTS = three_signers("«Жазира» бірлестігі", "zhazira.example", "Союз садоводов", "Nobody’s Network")


@pytest.mark.parametrize("scripts", SCRIPTS, ids=lambda on: "with-scripts" if on else "without-scripts")
def test_a_letter_goes_the_whole_way(
    site: Site, watch: Watch, person: Callable[..., Any], tmp_path: Path, scripts: bool
) -> None:
    slug = "journey-with-scripts" if scripts else "journey-without-scripts"
    signers = WITH_SCRIPTS if scripts else WITHOUT_SCRIPTS
    with person("en", scripts=scripts) as desk:
        sign_in(desk, site)
        import_letter(desk, tmp_path, slug)
        open_and_publish(desk, slug)
        for signer in signers:
            with person(signer.language, scripts=scripts) as page:
                sign(page, site, slug, signer)
        for signer in signers:
            decide(desk, site, slug, signer)
        close(desk, site, slug)
        progress = watch_printing(desk)
        printed = download(desk, tmp_path)
        public = page_of(desk, site, slug)

    assert site.rows(
        "SELECT s.state FROM signatories_signature s JOIN letters_revision r ON r.id = s.revision_id"
        f" JOIN letters_letter l ON l.id = r.letter_id WHERE l.slug = '{slug}' ORDER BY s.id"
    ) == [("admitted",), ("admitted",), ("refused",)]
    assert REASON in text_of(wait_for_mail(site, signers[2].email, 3))
    assert [signer.name in public for signer in signers] == [True, True, False]
    assert len(progress) >= 2
    assert progress[-1] == f"{EDITIONS} of {EDITIONS} editions are printed."
    assert site.manage("verify_pdf", printed).startswith("Genuine: this file is, from the first byte to the last,")
    assert "Signature Validation: Signature is Valid." in pdfsig(printed)
    assert watch.trouble == []


def sign_in(desk: Page, site: Site) -> None:
    """Sign in with a password and arrive at the desk."""
    desk.goto(f"{site.url}/en/desk/")
    desk.fill("input[name=login]", COORDINATOR)
    desk.fill("input[name=password]", PASSWORD)
    desk.get_by_role("button", name="Sign in", exact=True).click()
    expect(desk).to_have_url(f"{site.url}/en/desk/")


def import_letter(desk: Page, folder: Path, slug: str) -> None:
    """Bring the letter as a ZIP."""
    packed = folder / f"{slug}.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for file in letter_folder(folder, slug).iterdir():
            archive.write(file, file.name)
    desk.get_by_role("link", name="Import a letter").first.click()
    desk.set_input_files("input[name=folder]", packed)
    desk.get_by_role("button", name="Import").click()
    expect(desk.get_by_text("The letter is imported as a draft.")).to_be_visible()


def open_and_publish(desk: Page, slug: str) -> None:
    """Open the letter for signature, then let the public read it."""
    desk.locator(f"a[href$='/desk/letters/{slug}/open/']").click()
    desk.get_by_role("button", name="Open the letter").click()
    desk.get_by_role("button", name="Publish", exact=True).click()
    expect(desk.get_by_role("link", name="Public page")).to_be_visible()


def sign(page: Page, site: Site, slug: str, signer: Signer) -> None:
    """Find the letter, name an organization, say who one is, type the code from the mail."""
    before = len(site.messages(signer.email))
    page.goto(site.url)
    assert page.url == f"{site.url}/{signer.language}/"
    page.locator(f"a[href$='/letters/{slug}/']").first.click()
    page.locator(f"a[href$='/letters/{slug}/sign/']").first.click()
    page.locator("a[href$='/sign/new/']").first.click()
    for name, typed in {
        f"name_{signer.language}": signer.name,
        "website": signer.website,
        "person_name": signer.person,
        "position": "Director",
        "email": signer.email,
    }.items():
        page.fill(f"input[name={name}]", typed)
    page.check(f"input[name=original_language][value={signer.language}]")
    page.select_option("select[name=country]", "KZ")
    page.check("input[name=basis][value=head]")
    page.check("input[name=consent]")
    page.locator("form:has(input[name=person_name]) .actions button[type=submit]").click()
    page.fill("input[name=code]", code_in(wait_for_mail(site, signer.email, before + 1)))
    page.locator("form:has(input[name=code]) button[type=submit]").click()
    expect(page.locator("input[name=code]")).to_have_count(0)
    expect(page.get_by_text(signer.name)).to_be_visible()


def wait_for_mail(site: Site, to: str, number: int) -> EmailMessage:
    """The message with this number to this address, counted from 1."""
    return wait_until(lambda: site.messages(to)[number - 1 :], 60)[0]


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def code_in(message: EmailMessage) -> str:
    (code,) = set(re.findall(r"\b\d{4}-\d{4}\b", text_of(message)))
    return code


def decide(desk: Page, site: Site, slug: str, signer: Signer) -> None:
    """Look at what was claimed, record what was checked, and admit; or refuse, where nothing could be checked."""
    desk.goto(f"{site.url}/en/desk/letters/{slug}/signatures/")
    desk.locator("#confirmed tr", has_text=signer.email).get_by_role("link").click()
    for kind in signer.evidence:
        desk.select_option("select[name=kind]", kind)
        desk.fill("[name=detail]", "the official register and its published telephone, today")
        desk.get_by_role("button", name="Record", exact=True).click()
        expect(desk.locator(".messages")).to_contain_text("recorded")
    under_review = desk.url
    if signer.evidence:
        desk.get_by_role("button", name="Admit", exact=True).click()
    else:
        desk.fill("textarea[name=reason]", REASON)
        desk.get_by_role("button", name="Refuse", exact=True).click()
    expect(desk).not_to_have_url(under_review)  # the next one that waits, or the list


def close(desk: Page, site: Site, slug: str) -> None:
    """Close the letter and go to its editions."""
    desk.goto(f"{site.url}/en/desk/letters/{slug}/")
    desk.locator(f"a[href$='/desk/letters/{slug}/close/']").click()
    desk.get_by_role("button", name="Close the letter").click()
    desk.get_by_role("link", name="All editions").click()


def watch_printing(desk: Page) -> list[str]:
    """The different words beside the bar until all editions are printed; without scripts the page loads itself again."""
    seen: list[str] = []
    words, finished = desk.locator("[data-progress-text]"), desk.locator("a[href$='/editions/all.zip']")

    def look() -> bool:
        now = (words.text_content() or "").strip()
        if now not in seen:
            seen.append(now)
        return finished.count() > 0 and now.startswith(f"{EDITIONS} ")

    wait_until(look, 120, pause=0.2)
    return seen


def download(desk: Page, folder: Path) -> Path:
    """One printed edition."""
    with desk.expect_download() as coming:
        desk.get_by_role("link", name="PDF", exact=True).nth(3).click()
    file = folder / coming.value.suggested_filename
    coming.value.save_as(file)
    assert re.fullmatch(r"journey-[a-z-]+-(kk|ru|en)\.pdf", file.name)
    return file


def page_of(page: Page, site: Site, slug: str) -> str:
    """The letter as the public reads it in Kazakh."""
    page.goto(f"{site.url}/kk/letters/{slug}/")
    return str(page.locator("main").inner_text())


def pdfsig(file: Path) -> str:
    """What poppler says of the signature."""
    return subprocess.run(["pdfsig", "-nocert", file], check=True, capture_output=True, text=True).stdout
