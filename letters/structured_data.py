"""What a letter's page says to machines: JSON-LD in the words of schema.org."""

import json
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString

from letters.models import Letter
from letters.selectors import LetterPage

# JSON stays the same with these written as numbers, and nothing in it can end the script element or begin a comment
_ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def structured_data(letter: Letter, page: LetterPage, language: str) -> SafeString:
    """The facts of a published letter in this language, as the content of `<script type="application/ld+json">`."""
    facts: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": page.title,
        "description": page.summary,
        "inLanguage": language,
        "url": settings.SITE_URL + reverse("letter", args=[letter.slug]),
        "datePublished": None if letter.published_at is None else letter.published_at.isoformat(),
        "author": {"@type": "Organization", "name": page.issuer_name},
        "identifier": f"sha256:{page.fingerprint}" if page.fingerprint else None,
        "isAccessibleForFree": True,
    }
    known = {name: value for name, value in facts.items() if value not in (None, "")}
    return SafeString(json.dumps(known, ensure_ascii=False).translate(_ESCAPES))
