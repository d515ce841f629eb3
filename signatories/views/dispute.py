"""“This was not us”: choose the signature and type an address at the organization, then the code from that mailbox.

Every visitor gets the same answers. What is not public can be disputed only through the link in a notice.
"""

from collections.abc import Sequence
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from campaign.base.errors import Refusal
from signatories.errors.signature import TooManyForms
from signatories.forms.dispute import DisputeForm
from signatories.forms.signature import CodeForm
from signatories.models import MailedCode, Organization, Signature
from signatories.public_selectors import admitted_in_public
from signatories.services import code as codes
from signatories.services import dispute as disputes
from signatories.states import CodePurpose, SignatureState, Visibility
from signatories.views.pace import keeps_pace
from signatories.views.private import private_page
from signatories.views.sign import language_of_page

MOST_FROM_ONE_NETWORK = 10  # an hour
MOST_FOR_ONE_ADDRESS = 5


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def dispute(request: HttpRequest, slug: str) -> HttpResponse:
    """Step 1 for a signature that stands in public."""
    now = timezone.now()
    organization: Organization = get_object_or_404(Organization.objects.filter(verified_at__isnull=False), slug=slug)
    public = admitted_in_public(now).filter(organization=organization, visibility=Visibility.PUBLIC)
    signatures = list(public.select_related("revision__letter", "organization").order_by("-decided_at", "-pk"))
    if not signatures:
        raise Http404
    return _first_step(request, signatures, at=now)


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def dispute_signature(request: HttpRequest, key: str) -> HttpResponse:
    """Step 1 for the signature of which an address of the organization was told."""
    signature = disputes.signature_of_key(key)
    if signature is None:
        raise Http404
    return _first_step(request, [signature], at=timezone.now())


def _first_step(request: HttpRequest, signatures: Sequence[Signature], *, at: datetime) -> HttpResponse:
    language = language_of_page()
    titles = [(one.pk, one.revision.letter.text("title", language)) for one in signatures]
    form = DisputeForm(request.POST if request.method == "POST" else None, signatures=titles)
    if form.is_valid():
        email = form.cleaned_data["email"]
        limits = {"from_one_network": MOST_FROM_ONE_NETWORK, "for_one_address": MOST_FOR_ONE_ADDRESS}
        if keeps_pace(request, email, act="dispute", at=at, **limits):
            chosen = next(one for one in signatures if str(one.pk) == form.cleaned_data["signature"])
            statement = form.cleaned_data["statement"]
            asked = disputes.ask(chosen, email=email, statement=statement, language=language, at=at)
            return redirect("dispute-code", token=asked.token)
        form.add_error("email", str(TooManyForms()))
    stands = [one for one in signatures if one.state in disputes.DISPUTABLE]
    context = {
        "form": form,
        "name": signatures[0].organization.name_in(language),
        "held": signatures[0].state == SignatureState.ON_HOLD,
        "stands": bool(stands),
    }
    return render(request, "signatories/dispute.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def dispute_code(request: HttpRequest, token: str) -> HttpResponse:
    """Step 2: the code. Afterwards the same address says what became of it."""
    now = timezone.now()
    asked = _asked(token)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            disputes.confirm(asked, form.cleaned_data["code"], at=now)
        except Refusal as refusal:
            form.add_error("code", str(refusal))
        else:
            return redirect("dispute-code", token=token)
    language, signature = language_of_page(), asked.signature
    context = {
        "form": form,
        "asked": asked,
        "done": asked.used_at is not None,
        "title": signature.revision.letter.text("title", language),
        "name": signature.organization.name_in(language),
        "minutes": int(codes.CODE_LIFE.total_seconds() // 60),
    }
    return render(request, "signatories/dispute_code.html", context)


def _asked(token: str) -> MailedCode:
    with_all = MailedCode.objects.select_related("signature__revision__letter", "signature__organization")
    asked: MailedCode = get_object_or_404(with_all, token=token, purpose=CodePurpose.DISPUTE)
    return asked
