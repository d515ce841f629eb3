"""What can be done after the closing: late signatures and addenda."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campaign.base.errors import Refusal
from letters.access import DeskRequest, coordinator_required, desk_letter
from letters.desk_selectors import newcomers_of, title_in
from letters.forms.letter import LateForm
from letters.models import Letter
from letters.services import addendum as addenda
from letters.states import LetterState
from letters.views.public import language_of_page


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator_required
def letter_late(request: DeskRequest, slug: str) -> HttpResponse:
    """Late signatures of a closed letter: allow them until a moment; who came late, and the addenda so far."""
    letter = desk_letter(request, slug)
    form = LateForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            addenda.allow_late_signatures(
                letter, until=form.cleaned_data["late_until"], by=request.user, at=timezone.now()
            )
        except Refusal as refusal:
            form.add_error("late_until", str(refusal))
        else:
            messages.success(request, _("Late signatures are taken."))
            return redirect("desk-letter-late", slug=letter.slug)
    now, language = timezone.now(), language_of_page()
    context = {
        "letter": letter,
        "title": title_in(letter, language),
        "form": form,
        "is_closed": letter.state == LetterState.CLOSED,
        "takes_late": letter.takes_late_signatures(now),
        "newcomers": newcomers_of(letter, language),
    }
    return render(request, "letters/desk_letter_late.html", context, status=422 if form.errors else 200)


@require_POST
@coordinator_required
def letter_late_end(request: DeskRequest, slug: str) -> HttpResponse:
    """Take no late signatures any more."""
    letter = desk_letter(request, slug)
    return _act(request, letter, addenda.end_late_signatures, _("No late signatures are taken any more."))


@require_POST
@coordinator_required
def letter_addendum(request: DeskRequest, slug: str) -> HttpResponse:
    """Make the next addendum from those who came late."""
    letter = desk_letter(request, slug)
    return _act(request, letter, addenda.make_addendum, _("The addendum is made, and its editions are printed now."))


def _act(request: DeskRequest, letter: Letter, service: Callable[..., object], done: str) -> HttpResponse:
    try:
        service(letter, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("desk-letter-late", slug=letter.slug)
