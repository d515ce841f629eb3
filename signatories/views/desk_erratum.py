"""The desk corrects a text that is being signed."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaign.base.errors import Refusal
from campaign.base.languages import LANGUAGE_NAMES, LANGUAGES
from letters.access import DeskRequest, coordinator_required, desk_letter
from letters.desk_selectors import title_in
from letters.errors import CorrectionRefused
from letters.forms import typed
from letters.forms.letter import TEXTS, CorrectionForm
from letters.models import Letter, Revision
from letters.selectors import changed_parts
from letters.states import LetterState
from signatories.models import Signature
from signatories.services import erratum
from signatories.states import ACTIVE_STATES
from signatories.views.sign import language_of_page


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator_required
def letter_correct(request: DeskRequest, slug: str) -> HttpResponse:
    """Type the corrected texts, look at what changes, and then ask everybody anew."""
    letter = desk_letter(request, slug)
    if letter.state != LetterState.OPEN:
        messages.error(request, str(CorrectionRefused()))
        return redirect("desk-letter", slug=slug)
    before = letter.current_revision()
    form = CorrectionForm(typed(request)[0], instance=letter, initial={"fingerprint": before.fingerprint})
    changes: list[Any] = []
    if request.method == "POST" and form.is_valid():
        changes = _changes(before, form)
        if form.cleaned_data["seen"] == form.words() and (corrected := _correct(request, slug, form)):
            return corrected
        form.data = _with_seen(request.POST, form.words())
    signed = Signature.objects.filter(revision__letter=letter, state__in=ACTIVE_STATES)
    context = {
        "slug": slug,
        "title": title_in(desk_letter(request, slug), language_of_page()),
        "form": form,
        "changes": changes if not form.errors else [],
        "asked": signed.exclude(email="").count(),
        "unasked": signed.filter(email="").count(),
    }
    return render(request, "signatories/desk_letter_correct.html", context, status=422 if form.errors else 200)


def _changes(before: Revision, form: CorrectionForm) -> list[Any]:
    """What would change, by language."""
    old, new = before.texts(), form.texts()
    return [
        (language, LANGUAGE_NAMES[language], changed_parts(old[language], _texts_in(new, language)))
        for language in LANGUAGES
    ]


def _texts_in(columns: dict[str, str], language: str) -> dict[str, str]:
    return {field: columns[f"{field}_{language}"] for field in TEXTS}


def _correct(request: DeskRequest, slug: str, form: CorrectionForm) -> HttpResponse | None:
    """Correct, or say in the form why not."""
    letter: Letter = desk_letter(request, slug)
    seen = form.cleaned_data["fingerprint"]
    try:
        erratum.correct(letter, form.texts(), form.reason(), fingerprint=seen, by=request.user, at=timezone.now())
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return None
    messages.success(request, _("The text is corrected. Everybody who had signed it is asked anew."))
    return redirect("desk-letter", slug=slug)


def _with_seen(typed_data: QueryDict, words: str) -> QueryDict:
    """What was typed, its changes shown by now."""
    data = typed_data.copy()
    data["seen"] = words
    return data
