"""The printed editions of a letter, and how far printing has come."""

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from campaign.base.errors import Refusal
from campaign.base.jobs import JobState
from campaign.base.languages import LANGUAGE_NAMES, LANGUAGES
from letters.access import DeskRequest, coordinator_required, desk_letter
from letters.desk_selectors import Progress, edition_rows, progress_of, title_in
from letters.models import Edition
from letters.services import edition as editions
from letters.services.preview import print_covers, print_labels
from letters.views.public import language_of_page


@require_safe
@coordinator_required
def label_sheet(request: DeskRequest, slug: str, language: str) -> HttpResponse:
    """Address labels for the envelopes, in one language."""
    letter = desk_letter(request, slug)
    sheet = editions.label_sheet(letter, language) if language in LANGUAGES else None
    if sheet is None or not sheet.labels:
        raise Http404
    try:
        printed = print_labels(sheet)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("desk-editions", slug=slug)
    response = HttpResponse(printed, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{slug}-labels-{language}.pdf"'
    return response


@require_safe
@coordinator_required
def cover_letters(request: DeskRequest, slug: str, language: str) -> HttpResponse:
    """The letters that lie on top of the copies, in one language."""
    copies = _copies(request, slug, language)
    try:
        printed = print_covers(editions.cover_letters(copies))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("desk-editions", slug=slug)
    response = HttpResponse(printed, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{slug}-covers-{language}.pdf"'
    return response


@require_safe
@coordinator_required
def duplex(request: DeskRequest, slug: str, language: str) -> HttpResponse:
    """All copies in one language for a printer that prints on both sides."""
    copies = _copies(request, slug, language)
    return _download(editions.for_duplex(copies), f"{slug}-duplex-{language}.pdf", "application/pdf")


def _copies(request: DeskRequest, slug: str, language: str) -> list[Edition]:
    copies = editions.copies_of(desk_letter(request, slug), language) if language in LANGUAGES else []
    if not copies:
        raise Http404
    return copies


@require_safe
@coordinator_required
def edition_list(request: DeskRequest, slug: str) -> HttpResponse:
    """All editions of a letter as a table: recipient by language."""
    letter = desk_letter(request, slug)
    progress, rows = progress_of(letter), edition_rows(letter, language_of_page())
    context = {
        "letter": letter,
        "title": title_in(letter, language_of_page()),
        "rows": rows,
        "progress": progress,
        "progress_text": _progress_words(progress),
        "languages": [*LANGUAGE_NAMES.values(), *([_("In three languages")] if letter.bound_editions else [])],
        "has_copies": any(one.recipient_id and one.state == JobState.DONE for row in rows for one in row.editions),
        "label_languages": LANGUAGE_NAMES.items() if letter.recipients.exists() else (),
    }
    return render(request, "letters/desk_edition_list.html", context)


def _progress_words(progress: Progress) -> str:
    words = _("%(printed)s of %(total)s editions are printed.") % {"printed": progress.printed, "total": progress.total}
    if progress.parked:
        words += " " + _("%(parked)s could not be printed.") % {"parked": progress.parked}
    return words


@require_safe
@coordinator_required
def edition_progress(request: DeskRequest, slug: str) -> JsonResponse:
    """How far printing has come, for the bar that moves by itself."""
    progress = progress_of(desk_letter(request, slug))
    return JsonResponse(
        {
            "done": progress.printed,
            "total": progress.total,
            "text": _progress_words(progress),
            "finished": progress.finished,
        }
    )


@require_safe
@coordinator_required
def edition_pdf(request: DeskRequest, slug: str, edition_id: int) -> HttpResponse:
    """One printed edition."""
    edition = _edition(request, slug, edition_id)
    try:
        content = editions.content(edition)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("desk-editions", slug=slug)
    return _download(content, editions.file_name(edition), "application/pdf")


def _edition(request: DeskRequest, slug: str, edition_id: int) -> Edition:
    mine = Edition.objects.filter(revision__letter=desk_letter(request, slug))
    return get_object_or_404(mine.select_related("revision__letter", "recipient__office"), pk=edition_id)


def _download(content: bytes, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
@coordinator_required
def edition_archive(request: DeskRequest, slug: str, edition_id: int) -> HttpResponse:
    """The edition with its newest archive time stamp; 404 where none was renewed yet."""
    edition = _edition(request, slug, edition_id)
    copy = edition.archive_copies.last()
    if copy is None:
        raise Http404
    name = editions.file_name(edition).removesuffix(".pdf")
    with copy.file.open("rb") as file:
        return _download(file.read(), f"{name}-archive.pdf", "application/pdf")


@require_safe
@coordinator_required
def edition_bundle(request: DeskRequest, slug: str) -> HttpResponse:
    """All editions as one ZIP with a manifest."""
    letter = desk_letter(request, slug)
    try:
        content = editions.bundle(editions.editions_of(letter))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("desk-editions", slug=slug)
    return _download(content, f"{slug}-editions.zip", "application/zip")


@require_POST
@coordinator_required
def edition_again(request: DeskRequest, slug: str, edition_id: int) -> HttpResponse:
    """Let a parked edition be printed again."""
    edition = _edition(request, slug, edition_id)
    if editions.print_again(edition, by=request.user, at=timezone.now()):
        messages.success(request, _("The edition waits to be printed again."))
    else:
        messages.error(request, _("Nothing was changed: this edition is not parked any more."))
    return redirect("desk-editions", slug=slug)
