"""What a representative sees of her own signatures; others' do not exist here."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from campaign.base.errors import Refusal
from letters.access import DeskRequest
from signatories.models import Signature
from signatories.selectors import own_organizations, own_signatures
from signatories.services import signature as signatures
from signatories.states import REACHED_FROM, SignatureState
from signatories.views.private import private_page
from signatories.views.sign import language_of_page


@require_safe
@login_required
@private_page
def my(request: DeskRequest) -> HttpResponse:
    """My signatures, and the organizations that I speak for."""
    language = language_of_page()
    context = {
        "signatures": own_signatures(request.user, language, at=timezone.now()),
        "organizations": own_organizations(request.user, language),
    }
    return render(request, "signatories/my.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@private_page
def my_signature_withdraw(request: DeskRequest, signature_id: int) -> HttpResponse:
    """Ask what a withdrawal means to be read (GET), then withdraw (POST)."""
    own = Signature.objects.filter(person=request.user).select_related("revision__letter", "organization")
    signature = get_object_or_404(own, pk=signature_id)
    if request.method == "POST":
        return _withdraw(request, signature)
    language, letter = language_of_page(), signature.revision.letter
    context = {
        "signature": signature,
        "title": letter.text("title", language),
        "name": signature.organization.name_in(language),
        "can_withdraw": signature.state in REACHED_FROM[SignatureState.WITHDRAWN],
        "was_public": signature.state == SignatureState.ADMITTED and letter.is_published(timezone.now()),
        "letter_closed": letter.closed_at is not None,
    }
    return render(request, "signatories/my_signature_withdraw.html", context)


def _withdraw(request: DeskRequest, signature: Signature) -> HttpResponse:
    try:
        signatures.withdraw(signature, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The signature was withdrawn. A confirmation was mailed to you."))
    return redirect("my")
