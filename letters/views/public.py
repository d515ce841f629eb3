"""Pages that everybody may read."""

import re
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from campaign.base.canonical import LETTER_DOMAIN, stamped
from campaign.base.jobs import JobState
from campaign.base.public_page import public_page
from letters.models import Edition, Letter, Revision
from letters.selectors import LetterPage, letter_page_of, letter_rows, newest_letters
from letters.services import edition as editions
from letters.states import LetterState
from letters.structured_data import structured_data

MOST_ON_HOME_PAGE = 10


def language_of_page() -> str:
    """The language in the page's address."""
    return (get_language() or "kk")[:2]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The newest published letters."""
    now = timezone.now()
    newest = list(newest_letters(at=now)[: MOST_ON_HOME_PAGE + 1])
    listed = letter_rows(newest[:MOST_ON_HOME_PAGE], language_of_page(), at=now)
    context = {"letters": listed, "has_more": len(newest) > MOST_ON_HOME_PAGE}
    return public_page(render(request, "letters/home.html", context), until=next_change(now))


def next_change(now: datetime) -> datetime | None:
    """When the clock alone will next change what a list of letters shows."""
    moments: list[Any] = [
        *Letter.objects.filter(published_at__gt=now)
        .order_by("published_at")
        .values_list("published_at", flat=True)[:1],
        *Letter.objects.filter(state=LetterState.OPEN, closes_at__gt=now)
        .order_by("closes_at")
        .values_list("closes_at", flat=True)[:1],
    ]
    return min(moments, default=None)


@require_safe
def letter_page(request: HttpRequest, slug: str) -> HttpResponse:
    """A published letter with its demands, notes and names."""
    now = timezone.now()
    letter = get_object_or_404(Letter.objects.published(now).select_related("issuer", "campaign"), slug=slug)
    response = _render_letter(request, letter, at=now, sign_url=reverse("sign", args=[slug]))
    return public_page(response, until=letter.accepts_signatures_until(now))


@require_safe
def invitation_page(request: HttpRequest, token: str) -> HttpResponse:
    """A letter for those who were invited, also before its publication; it shows no names then."""
    now = timezone.now()
    letter: Letter = get_object_or_404(
        Letter.objects.exclude(state=LetterState.DRAFT).select_related("issuer", "campaign"), invitation_token=token
    )
    if letter.is_published(now):
        return redirect("letter", slug=letter.slug)
    response = _render_letter(request, letter, at=now, sign_url=reverse("invitation-sign", args=[token]), invited=True)
    response["X-Robots-Tag"] = "noindex"
    return response


def _render_letter(
    request: HttpRequest, letter: Letter, *, at: datetime, sign_url: str, invited: bool = False
) -> HttpResponse:
    page: LetterPage = letter_page_of(letter, language_of_page(), at=at, with_names=not invited)
    context: dict[str, Any] = {
        "page": page,
        "sign_url": sign_url if letter.accepts_signatures(at) else None,
        "invited": invited,
        "structured_data": "" if invited else structured_data(letter, page, language_of_page()),
    }
    return render(request, "letters/letter_page.html", context)


@require_safe
def letter_pdf(request: HttpRequest, slug: str, number: int = 0, language: str = "") -> HttpResponse:
    """The public edition in the language of the address, or bound in all, of the letter itself or of a numbered addendum."""
    letter = get_object_or_404(Letter.objects.published(timezone.now()), slug=slug)
    edition = get_object_or_404(
        Edition.objects.select_related("revision__letter"),
        revision__letter=letter,
        recipient=None,
        language=language or language_of_page(),
        addendum=number,
        state=JobState.DONE,
    )
    response = HttpResponse(editions.content(edition), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{editions.file_name(edition)}"'
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def letter_canonical(request: HttpRequest, slug: str, number: int = 0) -> HttpResponse:
    """Exactly the bytes whose SHA-256 is the letter's fingerprint, `sha256sum FILE` gives it (`docs/fingerprint.md`): of the text that
    is signed now, or of an earlier one by its number.
    """
    letter = get_object_or_404(Letter.objects.published(timezone.now()), slug=slug)
    revision = get_object_or_404(Revision, letter=letter, number=number) if number else letter.current_revision()
    name = slug if revision.number == 1 else f"{slug}-{revision.number}"
    response = HttpResponse(
        stamped(LETTER_DOMAIN, revision.canonical.encode()), content_type="application/octet-stream"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}.canonical"'
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def short_check_address(request: HttpRequest, code: str) -> HttpResponse:
    """From the address printed on paper to the page in the reader's language."""
    if not re.fullmatch(r"[0-9a-f-]{12,14}", code):
        raise Http404
    return redirect("verify-code", code=code)
