"""A letter that comes as the ZIP of its folder."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from letters.access import DeskRequest, coordinator_required
from letters.folder import FolderRefused, Problem, read_zip
from letters.forms import typed
from letters.forms.importing import ImportForm
from letters.services.importing import Imported, import_letter


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator_required
def letter_import(request: DeskRequest) -> HttpResponse:
    """Import a letter; when anything is wrong nothing is kept, and everything that is wrong is said."""
    form = ImportForm(*typed(request))
    problems: tuple[Problem, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            imported = import_letter(read_zip(form.packed()), by=request.user, at=timezone.now())
        except FolderRefused as refusal:
            problems = refusal.problems
        else:
            _say(request, imported)
            return redirect("desk-letter", slug=imported.letter.slug)
    refused = bool(problems or form.errors)
    context = {"form": form, "problems": problems}
    return render(request, "letters/desk_import.html", context, status=422 if refused else 200)


def _say(request: DeskRequest, imported: Imported) -> None:
    """Tell what was made, and which words were repaired."""
    messages.success(request, _("The letter is imported as a draft."))
    if imported.issuer:
        messages.info(request, _("The issuer “%(name)s” is new; you coordinate it.") % {"name": imported.issuer})
    if imported.campaign:
        text = _("The campaign “%(slug)s” is new. An administrator can give it a title.")
        messages.info(request, text % {"slug": imported.campaign.slug})
    for notice in imported.notices:
        messages.warning(request, str(notice))
