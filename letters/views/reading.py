"""Lists that everybody may read: all letters, and the names under one letter."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from campaign.base.calendar import page_date
from campaign.base.languages import LANGUAGE_NAMES, LANGUAGES
from campaign.base.public_page import public_page
from letters import signed_by
from letters.models import Letter, SignatoryList
from letters.selectors import address_in, corrections_of, letter_rows, newest_letters, shown_state, signed_lines
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
    lines = signed_lines(standing.names, list(letter.revisions.defer("canonical").order_by("number")), language)
    context: dict[str, Any] = {
        "title": letter.text("title", language),
        "slug": letter.slug,
        "state": state,
        "state_name": state.label,
        "demonstration": letter.demonstration,
        "signatories": [line for line in lines if not line.late],
        "late": [line for line in lines if line.late],
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


@require_safe
def correction_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Every text of a published letter that was corrected: when and why, and word by word what changed."""
    now, language = timezone.now(), language_of_page()
    letter = get_object_or_404(Letter.objects.published(now), slug=slug)
    corrections = corrections_of(letter, language)
    if not corrections:
        raise Http404
    context = {
        "title": letter.text("title", language),
        "slug": letter.slug,
        "demonstration": letter.demonstration,
        "corrections": corrections,
        "first": letter.revisions.defer("canonical").get(number=1),
        "languages": [
            (code, LANGUAGE_NAMES[code], address_in(letter, code, "corrections"))
            for code in LANGUAGES
            if code != language
        ],
    }
    return public_page(render(request, "letters/corrections.html", context), until=None)


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
