"""What a representative sees of her own signatures; others' do not exist here."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from campaign.base.errors import Refusal
from letters.access import DeskRequest
from signatories.access import signatures_of
from signatories.forms.visibility import VisibilityForm
from signatories.models import Signature
from signatories.my_selectors import organizations_of, tasks_of
from signatories.selectors import own_signatures
from signatories.services import receipt as receipts
from signatories.services import signature as signatures
from signatories.services.receipt import receipt_of
from signatories.services.visibility import restrict_visibility
from signatories.states import ACTIVE_STATES, REACHED_FROM, SignatureState, Visibility
from signatories.views.private import private_page
from signatories.views.sign import language_of_page


@require_safe
@login_required
@private_page
def my(request: DeskRequest) -> HttpResponse:
    """What waits for me, what I and my organizations signed, and the organizations that I act for."""
    language, now = language_of_page(), timezone.now()
    context = {
        "signatures": own_signatures(request.user, language, at=now),
        "tasks": tasks_of(request.user, language, at=now),
        "organizations": organizations_of(request.user, language),
    }
    return render(request, "signatories/my.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@private_page
def my_signature_withdraw(request: DeskRequest, signature_id: int) -> HttpResponse:
    """Ask what a withdrawal means to be read (GET), then withdraw (POST)."""
    signature = _own(request, signature_id)
    if request.method == "POST":
        return _withdraw(request, signature)
    language, letter = language_of_page(), signature.revision.letter
    context = {
        "signature": signature,
        "title": letter.text("title", language),
        "name": signature.called_in(language),
        "can_withdraw": signature.state in REACHED_FROM[SignatureState.WITHDRAWN],
        "was_public": signature.stood_in_public(timezone.now()),
        "letter_closed": letter.closed_at is not None,
    }
    return render(request, "signatories/my_signature_withdraw.html", context)


def _own(request: DeskRequest, signature_id: int) -> Signature:
    """A signature that this person may decide about; 404 for every other."""
    own = signatures_of(request.user).exclude(state=SignatureState.STARTED)
    return get_object_or_404(own.select_related("revision__letter", "organization"), pk=signature_id)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@private_page
def my_signature_visibility(request: DeskRequest, signature_id: int) -> HttpResponse:
    """Say who sees the signature now and who might still (GET), then show it to fewer people (POST)."""
    signature = _own(request, signature_id)
    form = VisibilityForm(request.POST if request.method == "POST" else None, now=Visibility(signature.visibility))
    if form.is_valid():
        return _restrict(request, signature, Visibility(form.cleaned_data["visibility"]))
    language, letter = language_of_page(), signature.revision.letter
    context = {
        "signature": signature,
        "form": form,
        "title": letter.text("title", language),
        "name": signature.called_in(language),
        "can_change": signature.state in ACTIVE_STATES and form.fields["visibility"].choices,  # type: ignore[attr-defined]
        "letter_closed": letter.closed_at is not None,
    }
    status = 422 if form.errors else 200
    return render(request, "signatories/my_signature_visibility.html", context, status=status)


@require_safe
@login_required
@private_page
def my_signature_receipt(request: DeskRequest, signature_id: int, form: str = "txt") -> HttpResponse:
    """The proof that an own signature stands in the public register: for people as text, for programs as JSON or tlog-proof."""
    receipt = receipt_of(_own(request, signature_id))
    if receipt is None or (form == "tlog-proof" and receipt.checkpoint is None):
        raise Http404
    if form == "txt":
        content = receipts.as_text(receipt, language_of_page())
    else:
        content = receipts.as_json(receipt) if form == "json" else receipts.as_tlog_proof(receipt)
    kind = "application/json" if form == "json" else "text/plain; charset=utf-8"
    response = HttpResponse(content, content_type=kind)
    name = f"{receipt.signature.revision.letter.slug}-receipt.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _restrict(request: DeskRequest, signature: Signature, to: Visibility) -> HttpResponse:
    try:
        restrict_visibility(signature, to, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The signature is now shown to fewer people. A confirmation was mailed."))
    return redirect("my")


def _withdraw(request: DeskRequest, signature: Signature) -> HttpResponse:
    try:
        signatures.withdraw(signature, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The signature was withdrawn. A confirmation was mailed."))
    return redirect("my")
