"""The second person: reads what a colleague proposes, agrees with the code from the mail, declines, or passes it on.

Whoever holds the address was sent it; GET and HEAD change nothing.
"""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campaign.base.errors import Refusal
from signatories.forms.approval import DeclineForm, PassOnForm
from signatories.forms.signature import CodeForm
from signatories.models import MailedCode, Representative
from signatories.selectors import texts_of
from signatories.services import approval as approvals
from signatories.states import CodePurpose, SignatureState
from signatories.views.private import private_page
from signatories.views.sign import language_of_page


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def approval(request: HttpRequest, token: str) -> HttpResponse:
    """What is proposed, by whom, and the field for the code. Afterwards the same address says what became of it."""
    now = timezone.now()
    asked = _asked(token)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            approvals.approve(asked, form.cleaned_data["code"], at=now)
        except Refusal as refusal:
            form.add_error("code", str(refusal))
            asked = _asked(token)
        else:
            return redirect("approval", token=token)
    return _page(request, asked, code_form=form, at=now)


@require_POST
@private_page
def approval_new_code(request: HttpRequest, token: str) -> HttpResponse:
    """Mail a new code; the old one dies."""
    try:
        approvals.send_new_code(_asked(token), at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("A new code was mailed; the old one no longer works."))
    return redirect("approval", token=token)


@require_POST
@private_page
def approval_decline(request: HttpRequest, token: str) -> HttpResponse:
    """Say no."""
    now = timezone.now()
    asked = _asked(token)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _page(request, asked, decline_form=form, at=now)
    try:
        approvals.decline(asked, reason=form.cleaned_data["reason"], at=now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("approval", token=token)


@require_POST
@private_page
def approval_forward(request: HttpRequest, token: str) -> HttpResponse:
    """Pass the question on to a colleague."""
    now = timezone.now()
    asked = _asked(token)
    colleagues = _colleagues(asked)
    form = PassOnForm(request.POST, colleagues=colleagues)
    if not form.is_valid():
        return _page(request, asked, pass_on_form=form, at=now)
    chosen = next(one for one in colleagues if one.pk == form.cleaned_data["colleague"])
    try:
        approvals.forward(asked, chosen, at=now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Forwarded: your colleague gets a message with a code of its own."))
    return redirect("approval", token=token)


def _asked(token: str) -> MailedCode:
    with_all = MailedCode.objects.select_related("signature__revision__letter", "signature__organization")
    asked: MailedCode = get_object_or_404(with_all, token=token, purpose=CodePurpose.APPROVAL)
    return asked


def _colleagues(asked: MailedCode) -> list[Representative]:
    """Colleagues to whom the question may be passed on: neither who proposes nor who reads this."""
    signature = asked.signature
    active = Representative.objects.active().filter(organization=signature.organization_id)
    others = active.exclude(user=signature.person_id).exclude(user__email=asked.email)
    return list(others.select_related("user").order_by("user__email"))


def _page(
    request: HttpRequest,
    asked: MailedCode,
    *,
    code_form: CodeForm | None = None,
    decline_form: DeclineForm | None = None,
    pass_on_form: PassOnForm | None = None,
    at: datetime,
) -> HttpResponse:
    language, signature = language_of_page(), asked.signature
    letter = signature.revision.letter
    waits = signature.state == SignatureState.PROPOSED
    context: dict[str, Any] = {
        "asked": asked,
        "signature": signature,
        "title": letter.text("title", language),
        "name": signature.organization.name_in(language),
        "waits": waits,
    }
    if waits:
        colleagues = _colleagues(asked)
        context |= {
            "texts": texts_of(letter, language),
            "fingerprint": signature.revision.fingerprint,
            "open": letter.accepts_signatures(at),
            "code_form": code_form or CodeForm(),
            "decline_form": decline_form or DeclineForm(),
            "pass_on_form": pass_on_form or PassOnForm(colleagues=colleagues),
            "has_colleagues": bool(colleagues),
        }
    return render(request, "signatories/approval.html", context)
