"""Bulk work: what can be started, how far it has come, and what was refused."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from campaign.base.errors import Refusal
from letters.access import DeskRequest, coordinator_required, desk_letter
from letters.desk_selectors import title_in
from signatories.bulk_selectors import BulkProgress, bulk_page_of, progress_of, runs_of, waiting_of
from signatories.models import BulkRun
from signatories.services import bulk
from signatories.states import BulkKind
from signatories.views.private import private_page
from signatories.views.sign import language_of_page


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator_required
@private_page
def bulk_list(request: DeskRequest, slug: str) -> HttpResponse:
    """What waits to be done in bulk, and what was; by POST one is started."""
    letter = desk_letter(request, slug)
    if request.method == "POST":
        start = bulk.start_admitting if request.POST.get("kind") == BulkKind.ADMIT else bulk.start_sending
        try:
            run = start(letter, language=language_of_page(), by=request.user, at=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("desk-bulk", slug=slug)
        return redirect("desk-bulk-run", slug=slug, run_id=run.pk)
    context = {
        "letter": letter,
        "title": title_in(letter, language_of_page()),
        "waiting": waiting_of(letter, at=timezone.now()),
        "runs": runs_of(letter),
    }
    return render(request, "signatories/desk_bulk.html", context)


@require_safe
@coordinator_required
@private_page
def bulk_run(request: DeskRequest, slug: str, run_id: int) -> HttpResponse:
    """How far one has come, and afterwards what was refused."""
    run = _run(request, slug, run_id)
    page = bulk_page_of(run, language_of_page())
    context = {
        "letter": run.letter,
        "title": title_in(run.letter, language_of_page()),
        "page": page,
        "words": _words(page.progress),
    }
    return render(request, "signatories/desk_bulk_run.html", context)


@require_safe
@coordinator_required
@private_page
def bulk_progress(request: DeskRequest, slug: str, run_id: int) -> JsonResponse:
    """The same for the bar that moves by itself."""
    progress = progress_of(_run(request, slug, run_id))
    return JsonResponse(
        {
            "done": progress.ended,
            "total": progress.total,
            "text": _words(progress),
            "finished": progress.finished,
        }
    )


def _words(progress: BulkProgress) -> str:
    return _("%(done)s of %(total)s done, %(refused)s of them refused.") % {
        "done": progress.ended,
        "total": progress.total,
        "refused": progress.refused + progress.parked,
    }


def _run(request: DeskRequest, slug: str, run_id: int) -> BulkRun:
    letter = desk_letter(request, slug)
    return get_object_or_404(BulkRun.objects.filter(letter=letter).select_related("letter", "started_by"), pk=run_id)
