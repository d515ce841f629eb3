"""Marks a page as the same for every reader, so that it may be answered from memory."""

from datetime import datetime

from django.http import HttpResponse


def public_page(response: HttpResponse, *, until: datetime | None) -> HttpResponse:
    """Let a page be kept until its facts change or the clock passes `until`.

    :param until: the next moment at which the page changes by the clock alone (closing, publication); None: never.
    """
    response.public_until = until  # type: ignore[attr-defined]
    return response
