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
from letters.models import Letter, SignatoryList
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
    standing, state = signed_by.reader().standing(letter.pk, language), shown_state(letter, now)
    frozen = _frozen_list(letter, language)
    context: dict[str, Any] = {
        "title": letter.text("title", language),
        "slug": letter.slug,
        "state": state,
        "state_name": state.label,
        "demonstration": letter.demonstration,
        "signatories": [line for line in standing.names if not line.late],
        "late": [line for line in standing.names if line.late],
        "counts": standing.counts,
        "withdrawn": [
            {"name": line.name, "on": page_date(line.on, language), "disputed": line.disputed}
            for line in standing.withdrawn
        ],
        "frozen": frozen,
        "frozen_count": None if frozen is None else frozen["count"],
    }
    response = render(request, "letters/signatories.html", context)
    return public_page(response, until=letter.accepts_signatures_until(now))


def _frozen_list(letter: Letter, language: str) -> dict[str, Any] | None:
    """The list as it was printed and delivered; None until the letter is closed."""
    frozen = (
        SignatoryList.objects.filter(revision__letter=letter, number=0)
        .only("count", "fingerprint", "closed_at")
        .first()
    )
    if frozen is None:
        return None
    day = timezone.localtime(frozen.closed_at).date()
    return {"count": frozen.count, "fingerprint": frozen.fingerprint, "on": page_date(day, language)}
