"""The personal address of an invited organization: what it is asked to sign, until when, and what it answers.

Opening an address changes nothing, whoever opens it: people, colleagues to whom it was forwarded, mail scanners. Every answer,
“seen” too, is a button.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaign.base.errors import Refusal
from letters.states import LetterState
from signatories.forms.invitation import AnswerForm
from signatories.invited_selectors import invited_page_of
from signatories.models import Invitation, Organization
from signatories.selectors import texts_of
from signatories.services import invitation as invitations
from signatories.services import reminder as reminders
from signatories.states import InvitationState
from signatories.views.private import private_page
from signatories.views.sign import language_of_page


def _invitation(token: str) -> Invitation:
    """The invitation with this address; 404 while its letter is a draft."""
    found = Invitation.objects.select_related("letter__issuer", "organization")
    invitation: Invitation = get_object_or_404(found.exclude(letter__state=LetterState.DRAFT), token=token)
    return invitation


@require_safe
@private_page
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """What is asked, by whom, until when, and the answers to choose from."""
    return _page(request, _invitation(token), AnswerForm())


def _page(request: HttpRequest, invitation: Invitation, form: AnswerForm) -> HttpResponse:
    page = invited_page_of(invitation, language_of_page(), at=timezone.now())
    context = {"page": page, "form": form}
    return render(request, "signatories/invited.html", context, status=422 if form.errors else 200)


@require_safe
@private_page
def invited_letter(request: HttpRequest, token: str) -> HttpResponse:
    """The text of the letter in three languages, the page's first."""
    invitation = _invitation(token)
    language = language_of_page()
    context: dict[str, Any] = {
        "page": invited_page_of(invitation, language, at=timezone.now()),
        "texts": texts_of(invitation.letter, language),
    }
    return render(request, "signatories/invited_letter.html", context)


@require_POST
@private_page
def invited_answer(request: HttpRequest, token: str) -> HttpResponse:
    """Take one of the buttons: read, sign, or an answer."""
    invitation = _invitation(token)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, invitation, form)
    answer, now = form.cleaned_data["answer"], timezone.now()
    if answer in ("read", "sign"):
        invitations.see_invitation(invitation, at=now)
        return redirect("invited-letter", token=token) if answer == "read" else _to_sign(invitation)
    try:
        invitations.answer_invitation(invitation, InvitationState(answer), reason=form.cleaned_data["reason"], at=now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("Thank you, your answer is noted. You can change it here at any time before the closing.")
        )
    return redirect("invited", token=token)


def _to_sign(invitation: Invitation) -> HttpResponse:
    """To the form of the organization, where the list has it, else to the one in which its name stands already."""
    organization = invitation.organization
    if organization is not None and Organization.objects.listed(timezone.now()).filter(pk=organization.pk).exists():
        return redirect("invited-sign-organization", invited=invitation.token, organization=organization.slug)
    return redirect("invited-sign-new", invited=invitation.token)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def invited_stop(request: HttpRequest, token: str) -> HttpResponse:
    """Ask (GET), then send no more messages (POST). Mail programs post here by themselves, without a cookie (RFC 8058)."""
    invitation = _invitation(token)
    if request.method == "POST":
        reminders.stop_reminders(invitation, by=None, at=timezone.now())
    page = invited_page_of(invitation, language_of_page(), at=timezone.now())
    return render(request, "signatories/invited_stop.html", {"page": page})


@require_POST
@private_page
def invited_resume(request: HttpRequest, token: str) -> HttpResponse:
    """Send reminders again."""
    invitation = _invitation(token)
    reminders.resume_reminders(invitation, at=timezone.now())
    messages.success(request, _("Reminders come again."))
    return redirect("invited", token=token)
