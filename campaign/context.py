"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from campaign.base.languages import LANGUAGE_NAMES


def site(request: HttpRequest) -> dict[str, Any]:
    """The site's address, whether it is a demonstration, and this page in the other languages.

    `alternates` holds (language, its own name, path) and is empty on pages that have no language in their address.
    """
    path = request.path
    alternates = []
    if getattr(request, "resolver_match", None) is not None and path[1:4] in ("kk/", "ru/", "en/"):
        alternates = [(code, name, f"/{code}/{path[4:]}") for code, name in LANGUAGE_NAMES.items()]
    return {
        "site_url": settings.SITE_URL,
        "demonstration_site": settings.DEMONSTRATION,
        "alternates": alternates,
        "canonical": f"{settings.SITE_URL}{path}",
    }
