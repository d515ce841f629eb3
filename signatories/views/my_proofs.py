"""What people of an organization bring to prove it: mandates, documents, the domain."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from campaign.base.errors import Refusal
from letters.access import DeskRequest
from signatories.forms.mandate import MandateForm, RegistrationForm
from signatories.models import DomainProof, Mandate
from signatories.services import check as checks
from signatories.services import proof as proofs
from signatories.states import CheckKind, Role
from signatories.views.document import document_response
from signatories.views.my_organization import organization_page, own_of
from signatories.views.private import private_page


@require_POST
@login_required
@private_page
def my_mandate(request: DeskRequest, slug: str) -> HttpResponse:
    """State a mandate of one's own."""
    own = own_of(request, slug)
    form = MandateForm(request.POST, request.FILES)
    if not form.is_valid():
        return organization_page(request, own, mandate_form=form)
    try:
        proofs.state_mandate(own, **form.cleaned_data, at=timezone.now())
    except Refusal as refusal:
        form.add_error("document", str(refusal))
        return organization_page(request, own, mandate_form=form)
    messages.success(request, _("The mandate was saved. Reviewers see it with your next signature."))
    return redirect("my-organization", slug=slug)


@require_safe
@login_required
def my_mandate_document(request: DeskRequest, slug: str, mandate_id: int) -> HttpResponseBase:
    """The document of a mandate, for who stated it and for owners."""
    own = own_of(request, slug)
    mandate: Mandate = get_object_or_404(Mandate, pk=mandate_id, representative__organization=own.organization)
    if own.role != Role.OWNER and mandate.representative_id != own.pk:
        raise Http404
    return document_response(mandate.document, name=f"mandate-{mandate.pk}")


@require_POST
@login_required
@private_page
def my_registration_document(request: DeskRequest, slug: str) -> HttpResponse:
    """Hand in the registration document."""
    own = own_of(request, slug, as_owner=True)
    form = RegistrationForm(request.POST, request.FILES)
    if not form.is_valid():
        return organization_page(request, own, registration_form=form)
    try:
        proofs.hand_in_registration(own.organization, form.cleaned_data["registration"], by=own, at=timezone.now())
    except Refusal as refusal:
        form.add_error("registration", str(refusal))
        return organization_page(request, own, registration_form=form)
    messages.success(request, _("The document has come in. A reviewer looks at it with your next signature."))
    return redirect("my-organization", slug=slug)


@require_POST
@login_required
@private_page
def my_domain(request: DeskRequest, slug: str) -> HttpResponse:
    """Ask what to publish at the organization's domain."""
    organization = own_of(request, slug).organization
    try:
        checks.ask_for_proof(organization, organization.domain, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("my-organization", slug=slug)


@require_POST
@login_required
@private_page
def my_domain_check(request: DeskRequest, slug: str, proof_id: int) -> HttpResponse:
    """Have the domain looked at now."""
    own = own_of(request, slug)
    mine = DomainProof.objects.filter(organization=own.organization, person=request.user)
    proof = get_object_or_404(mine, pk=proof_id)
    kind = CheckKind.SITE_FILE if request.POST.get("kind") == CheckKind.SITE_FILE else CheckKind.DNS_TXT
    try:
        checks.request_check(proof, kind, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The check is under way. Look again in a minute."))
    return redirect("my-organization", slug=slug)
