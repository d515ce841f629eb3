"""Signing electronically, by the person who gave the signature; to all others the page does not exist."""

import base64
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaign.base.errors import Refusal
from letters.access import DeskRequest
from signatories.errors.check import EdsNotPossible
from signatories.forms.eds import EdsForm
from signatories.models import Check, Signature
from signatories.services import eds as electronic
from signatories.services.eds import UNDER_WAY
from signatories.states import ACTIVE_STATES, CheckKind, Outcome
from signatories.views.browser import may_call_ncalayer
from signatories.views.private import private_page
from signatories.views.sign import language_of_page


@dataclass(frozen=True, slots=True)
class Attempt:
    """One electronic signature that was sent, and what came of it; `said` is empty for a good one, while it waits, and when the
    program failed.
    """

    at: datetime
    waits: bool
    is_good: bool
    said: str


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@private_page
@may_call_ncalayer
def my_signature_eds(request: DeskRequest, signature_id: int) -> HttpResponse:
    """The file to sign and what came of earlier ones (GET); take an electronic signature (POST)."""
    own = Signature.objects.filter(person=request.user, state__in=ACTIVE_STATES)
    signature = get_object_or_404(own.select_related("revision__letter", "organization", "mandate"), pk=signature_id)
    form = EdsForm(*(request.POST, request.FILES) if request.method == "POST" else ())
    if form.is_valid():
        try:
            electronic.receive(signature, form.signature(), by=request.user, at=timezone.now())
        except Refusal as refusal:
            form.add_error("pasted", str(refusal))
        else:
            messages.success(
                request, _("The electronic signature has come in and is being verified. Look again in a minute.")
            )
            return redirect("my-signature-eds", signature_id=signature.pk)
    language = language_of_page()
    context = {
        "form": form,
        "signature": signature,
        "title": signature.revision.letter.text("title", language),
        "name": signature.called_in(language),
        "manifest": _manifest(signature),
        "attempts": _attempts(signature, language),
    }
    return render(request, "signatories/my_signature_eds.html", context, status=422 if form.errors else 200)


def _manifest(signature: Signature) -> str:
    """The bytes to be signed, in base64; empty where the organization cannot sign electronically."""
    try:
        return base64.b64encode(electronic.manifest_of(signature)).decode()
    except EdsNotPossible:
        return ""


def _attempts(signature: Signature, language: str) -> list[Attempt]:
    checks = Check.objects.filter(kind=CheckKind.EDS, eds__signature=signature).select_related("eds")
    return [
        Attempt(
            at=check.created_at,
            waits=check.state in UNDER_WAY,
            is_good=check.outcome == Outcome.PASSED,
            said=check.eds.facts.get("said", {}).get(language, "") if check.eds else "",
        )
        for check in checks.order_by("-created_at", "-pk")[:10]
    ]
