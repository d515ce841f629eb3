"""What machines read: feed, sitemap, robots.txt, JSON-LD; published letters only, in three languages, unbreakable."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from letters.models import Letter
from signatories.models import Signature
from tests.conftest import SUMMARIES, TITLES

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"
HOSTILE = "</script><script>alert(1)</script> & ]]> <!-- \u2028 “x”"


def tree(client: Client, path: str) -> ElementTree.Element:
    return ElementTree.fromstring(client.get(path).content)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_feed_holds_the_letters_in_its_language(client: Client, open_letter: Letter, language: str) -> None:
    feed = tree(client, f"/{language}/feed.xml")

    entry = feed.find(f"{ATOM}entry")
    assert entry is not None
    assert entry.findtext(f"{ATOM}title") == TITLES[language]
    assert entry.findtext(f"{ATOM}summary") == SUMMARIES[language]
    assert entry.findtext(f"{ATOM}id") == f"{settings.SITE_URL}/{language}/letters/clean-air/"
    assert datetime.fromisoformat(entry.findtext(f"{ATOM}published") or "").tzinfo == UTC
    assert 'type="application/atom+xml" title="' in client.get(f"/{language}/").content.decode()


@pytest.mark.parametrize("days", [None, 1])
def test_a_letter_before_its_publication_is_in_no_feed_and_on_no_map(
    client: Client, open_letter: Letter, admitted: Callable[..., Signature], days: int | None
) -> None:
    organization = admitted().organization
    Letter.objects.update(published_at=days and timezone.now() + timedelta(days=days))

    for path in ("/en/feed.xml", "/sitemap.xml"):
        text = client.get(path).content.decode()
        assert "clean-air" not in text
        assert organization.slug not in text


def test_the_map_names_every_public_page_with_its_other_languages(
    client: Client, open_letter: Letter, admitted: Callable[..., Signature], stranger: object
) -> None:
    organization = admitted().organization

    pages = tree(client, "/sitemap.xml").findall(f"{MAP}url")

    paths = {(page.findtext(f"{MAP}loc") or "").removeprefix(settings.SITE_URL) for page in pages}
    parts = [
        "",
        "letters/",
        "register/",
        "verify/",
        "about/",
        "privacy/",
        "letters/clean-air/",
        "letters/clean-air/signatories/",
    ]
    parts.append(f"organizations/{organization.slug}/")
    assert paths == {f"/{language}/{part}" for language in ("kk", "ru", "en") for part in parts}
    assert {tuple(link.get("hreflang") for link in page.findall(LINK)) for page in pages} == {("kk", "ru", "en")}
    assert {client.get(path).status_code for path in paths} == {200}


def test_robots_are_kept_from_what_is_private_and_led_to_the_map(client: Client) -> None:
    lines = client.get("/robots.txt").content.decode().splitlines()

    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in lines
    assert {f"Disallow: /{language}/invitation/" for language in ("kk", "ru", "en")} <= set(lines)


def test_the_letter_tells_machines_its_facts(client: Client, open_letter: Letter) -> None:
    html = client.get("/ru/letters/clean-air/").content.decode()

    found = re.findall(r'<script type="application/ld\+json">(.+?)</script>', html)
    facts = json.loads(found[0])
    assert (facts["headline"], facts["inLanguage"]) == (TITLES["ru"], "ru")
    assert facts["identifier"] == f"sha256:{open_letter.revisions.get().fingerprint}"
    assert facts["url"] == f"{settings.SITE_URL}/ru/letters/clean-air/"


def test_no_title_breaks_out_of_json_xml_or_html(client: Client, open_letter: Letter) -> None:
    Letter.objects.update(title_en=HOSTILE, summary_en=HOSTILE)

    html = client.get("/en/letters/clean-air/").content.decode()
    facts = re.findall(r'<script type="application/ld\+json">(.+?)</script>', html)

    assert json.loads(facts[0])["headline"] == HOSTILE
    assert "<script>alert" not in html
    assert tree(client, "/en/feed.xml").findtext(f"{ATOM}entry/{ATOM}title") == HOSTILE


def test_an_invitation_tells_machines_nothing(client: Client, open_letter: Letter) -> None:
    Letter.objects.update(published_at=None)

    html = client.get(f"/en/invitation/{open_letter.invitation_token}/").content.decode()

    assert "ld+json" not in html
