"""What search engines may read: every public page in three languages, and what is none of theirs."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from campaign.base.languages import LANGUAGES
from letters.selectors import newest_letters
from signatories.public_selectors import organizations_in_public

STANDING_PAGES = ("home", "letters", "register", "verify", "about", "privacy")
PRIVATE_PARTS = ("desk", "my", "start", "accounts", "admin", "signing", "invitation", "invited")


@dataclass(frozen=True, slots=True)
class SitemapPage:
    """One page with its addresses: {language: address}."""

    addresses: dict[str, str]


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """All public pages, each naming its other languages (sitemaps.org 0.9)."""
    now = timezone.now()
    slugs = [letter.slug for letter in newest_letters(at=now)]
    pages: list[tuple[str, str | None]] = [(name, None) for name in STANDING_PAGES]
    pages += [(name, slug) for slug in slugs for name in ("letter", "signatories")]
    pages += [("organization", slug) for slug in organizations_in_public(at=now)]
    context = {"pages": [_page(name, slug) for name, slug in pages]}
    response = render(request, "pages/sitemap.xml", context, content_type="application/xml; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


def _page(name: str, slug: str | None) -> SitemapPage:
    addresses = {}
    for language in LANGUAGES:
        with translation.override(language):
            addresses[language] = settings.SITE_URL + reverse(name, args=[slug] if slug else [])
    return SitemapPage(addresses)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Who may read what, and where the map is (RFC 9309)."""
    refused = [f"Disallow: /{language}/{part}/" for language in LANGUAGES for part in PRIVATE_PARTS]
    refused += [f"Disallow: /{language}/letters/*/sign/" for language in LANGUAGES]
    lines = ["User-agent: *", *refused, "", f"Sitemap: {settings.SITE_URL}/sitemap.xml", ""]
    response = HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response
