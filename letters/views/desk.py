"""The desk's first page, and the mail that a demonstration captures."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from letters.access import DeskRequest, coordinator_required
from letters.captured_mail import captured
from letters.desk_selectors import desk_rows
from letters.views.public import language_of_page


@require_safe
@coordinator_required
def desk(request: DeskRequest) -> HttpResponse:
    """What needs a coordinator today, then all letters."""
    rows = desk_rows(request.user, language_of_page(), at=timezone.now())
    context = {
        "rows": rows,
        "waiting": [row for row in rows if row.counts.waiting],
        "paper": [row for row in rows if row.counts.paper],
        "disputed": [row for row in rows if row.counts.disputed],
        "closing": [row for row in rows if row.closes_soon],
        "parked": [row for row in rows if row.parked],
    }
    return render(request, "letters/desk_list.html", context)


@require_safe
@coordinator_required
def mail(request: DeskRequest) -> HttpResponse:
    """Mail that would have gone out; there is such a page in a demonstration only."""
    if not settings.DEMONSTRATION:
        raise Http404
    return render(request, "letters/desk_mail.html", {"captured": captured()})
