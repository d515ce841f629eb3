"""Disputes and mandates on the desk."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaign.base.errors import Refusal
from letters.access import DeskRequest, review_required
from letters.models import Letter
from signatories.forms.dispute import ResolveForm
from signatories.models import Dispute, Signature
from signatories.services import dispute as disputes
from signatories.services import representative as representatives
from signatories.states import NOT_GIVEN, DisputeOutcome
from signatories.views.private import private_page
from signatories.views.sign import language_of_page


@require_http_methods(["GET", "HEAD", "POST"])
@review_required
@private_page
def signature_dispute(request: DeskRequest, signature_id: int) -> HttpResponse:
    """What was said against a signature (GET), and the decision (POST)."""
    signature = _signature(request, signature_id)
    dispute: Dispute = get_object_or_404(
        Dispute.objects.select_related("signature__revision__letter", "signature__organization"),
        signature=signature,
        resolved_at=None,
    )
    form = ResolveForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        outcome, reason = DisputeOutcome(form.cleaned_data["outcome"]), form.cleaned_data["reason"]
        try:
            disputes.resolve(dispute, outcome, reason=reason, by=request.user, at=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The dispute is resolved. The reason is mailed to everybody whom it concerns."))
        return redirect("desk-signature", signature_id=signature.pk)
    language = language_of_page()
    context = {
        "form": form,
        "dispute": dispute,
        "signature": signature,
        "name": signature.organization.name_in(language),
        "title": signature.revision.letter.text("title", language),
    }
    return render(request, "signatories/desk_dispute.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@review_required
@private_page
def mandate_revoke(request: DeskRequest, signature_id: int) -> HttpResponse:
    """What revoking the signer's mandate means (GET), and the act (POST); for reviewers."""
    signature = _signature(request, signature_id)
    representative = None if signature.mandate is None else signature.mandate.representative
    if request.method == "POST" and representative is not None:
        try:
            representatives.revoke(representative, by=request.user, at=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The mandate is revoked: nothing more is signed on it."))
        return redirect("desk-signature", signature_id=signature.pk)
    context = {
        "signature": signature,
        "name": signature.organization.name_in(language_of_page()),
        "can_revoke": request.user.is_reviewer and representative is not None and representative.left_at is None,
    }
    return render(request, "signatories/desk_mandate_revoke.html", context)


def _signature(request: DeskRequest, signature_id: int) -> Signature:
    """A given signature that this person may check; 404 for every other."""
    letters = Letter.objects.reviewed_by(request.user)
    found = Signature.objects.filter(revision__letter__in=letters).exclude(state__in=NOT_GIVEN)
    with_all = found.select_related("revision__letter", "organization", "mandate__representative")
    signature: Signature = get_object_or_404(with_all, pk=signature_id)
    return signature
