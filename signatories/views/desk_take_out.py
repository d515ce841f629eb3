"""Confidential lists leave the desk here: asked for by one coordinator, agreed to by another."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campaign.base.errors import Refusal
from campaign.base.spreadsheet import csv_file, xlsx_file
from letters.access import DeskRequest, coordinator_required, desk_letter
from letters.desk_selectors import title_in
from signatories.board_selectors import export_rows
from signatories.forms.take_out import TakeOutForm
from signatories.models import TakeOut
from signatories.services import consent_file
from signatories.services import take_out as take_outs
from signatories.states import TakeOutKind, TakeOutState
from signatories.views.desk_invitation import board_filter
from signatories.views.private import private_page
from signatories.views.sign import language_of_page

MOST_SHOWN = 50
_TABLES: dict[str, tuple[Callable[[Any], bytes], str, str]] = {
    TakeOutKind.INVITATIONS_CSV: (csv_file, "text/csv; charset=utf-8", "csv"),
    TakeOutKind.INVITATIONS_XLSX: (
        xlsx_file,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xlsx",
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator_required
@private_page
def take_out_list(request: DeskRequest, slug: str) -> HttpResponse:
    """What was asked for, and asking (POST)."""
    letter, now = desk_letter(request, slug), timezone.now()
    asked = {"kind": request.GET.get("kind", ""), "filters": request.GET.get("filters", "")[:1000]}
    form = TakeOutForm(request.POST) if request.method == "POST" else TakeOutForm(initial=asked)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        take_outs.ask(
            letter,
            TakeOutKind(facts["kind"]),
            filters=facts["filters"],
            reason=facts["reason"],
            by=request.user,
            at=now,
        )
        return redirect("desk-take-outs", slug=slug)
    made = TakeOut.objects.filter(letter=letter).select_related("asked_by", "decided_by")
    rows = [(one, one.state(now)) for one in made.order_by("-asked_at", "-pk")[:MOST_SHOWN]]
    context = {
        "letter": letter,
        "title": title_in(letter, language_of_page()),
        "form": form,
        "rows": rows,
        "states": TakeOutState,
        "alone": len(take_outs.coordinators(letter)) < 2,
    }
    return render(request, "signatories/desk_take_outs.html", context, status=422 if form.is_bound else 200)


@require_POST
@coordinator_required
def take_out_decide(request: DeskRequest, slug: str, take_out_id: int) -> HttpResponse:
    """Agree or refuse."""
    take_out, agreed = _take_out(request, slug, take_out_id), request.POST.get("act") == "agree"
    try:
        take_outs.decide(take_out, agreed=agreed, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        said = _("You agreed. Your colleague can fetch the list within a day.") if agreed else _("You refused.")
        messages.success(request, said)
    return redirect("desk-take-outs", slug=slug)


@require_POST
@coordinator_required
def take_out_fetch(request: DeskRequest, slug: str, take_out_id: int) -> HttpResponseBase:
    """The list itself, once."""
    take_out = _take_out(request, slug, take_out_id)
    try:
        with transaction.atomic():
            fetched = take_outs.fetch(take_out, by=request.user, at=timezone.now())
            return _file(request, fetched)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("desk-take-outs", slug=slug)


def _take_out(request: DeskRequest, slug: str, take_out_id: int) -> TakeOut:
    found = TakeOut.objects.filter(letter=desk_letter(request, slug)).select_related("letter", "asked_by", "decided_by")
    take_out: TakeOut = get_object_or_404(found, pk=take_out_id)
    return take_out


def _file(request: DeskRequest, take_out: TakeOut) -> HttpResponseBase:
    letter, language, now = take_out.letter, language_of_page(), timezone.now()
    if take_out.kind == TakeOutKind.CONSENT_FILE:
        made = consent_file.of_letter(letter, language=language, by=request.user, at=now)
        return FileResponse(made, as_attachment=True, filename=f"{letter.slug}-consent.zip")
    write, kind, ending = _TABLES[take_out.kind]
    rows = export_rows(letter, board_filter(QueryDict(take_out.filters)), language, take_out=take_out, at=now)
    response = HttpResponse(write(rows), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{letter.slug}-invitations-confidential.{ending}"'
    return response
