"""Lists that everybody may read: all letters, and the names under one letter."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from campaign.base.calendar import page_date
from campaign.base.public_page import public_page
from letters import signed_by
from letters.models import Letter, Revision, SignatoryList
from letters.selectors import letter_rows, newest_letters, shown_state
from letters.views.public import language_of_page, next_change

LETTERS_ON_A_PAGE = 20


@require_safe
def letter_list(request: HttpRequest) -> HttpResponse:
    """All published letters, newest first."""
    now = timezone.now()
    page = Paginator(newest_letters(at=now), LETTERS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "letters": letter_rows(list(page.object_list), language_of_page(), at=now)}
    return public_page(render(request, "letters/letters.html", context), until=next_change(now))


@require_safe
def signatory_list(request: HttpRequest, slug: str) -> HttpResponse:
    """All names under a published letter, and what their number means in its present state."""
    now, language = timezone.now(), language_of_page()
    letter = get_object_or_404(Letter.objects.published(now), slug=slug)
    revision = get_object_or_404(Revision, letter=letter)
    reader, state = signed_by.reader(), shown_state(letter, now)
    context: dict[str, Any] = {
        "title": letter.text("title", language),
        "slug": letter.slug,
        "state": state,
        "state_name": state.label,
        "demonstration": letter.demonstration,
        "signatories": reader.names(revision.pk, language),
        "withdrawn": [
            {"name": line.name, "on": page_date(line.on, language)} for line in reader.withdrawn(revision.pk, language)
        ],
        "frozen": _frozen_list(revision, language),
    }
    response = render(request, "letters/signatories.html", context)
    return public_page(response, until=letter.closes_at if letter.takes_signatures(now) else None)


def _frozen_list(revision: Revision, language: str) -> dict[str, Any] | None:
    """The list as it was printed and delivered; None until the letter is closed."""
    frozen = SignatoryList.objects.filter(revision=revision).defer("names").first()
    if frozen is None:
        return None
    day = timezone.localtime(frozen.closed_at).date()
    return {"count": frozen.count, "fingerprint": frozen.fingerprint, "on": page_date(day, language)}
