"""The page of an organization for those who act for it, and the people of the organization; to all others it does not exist."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaign.base.errors import Refusal
from letters.access import DeskRequest
from signatories.check_selectors import checks_of, instructions
from signatories.countries import country_name
from signatories.forms.colleague import InviteForm, RoleForm
from signatories.forms.mandate import MandateForm, RegistrationForm
from signatories.models import ColleagueInvitation, Representative
from signatories.my_selectors import (
    colleagues_of,
    evidence_of,
    missing_of,
    open_invitations,
    open_proof,
    profile_of,
)
from signatories.services import representative as representatives
from signatories.states import Role
from signatories.views.private import private_page
from signatories.views.sign import language_of_page


@require_safe
@login_required
@private_page
def my_organization(request: DeskRequest, slug: str) -> HttpResponse:
    """Profile, people, evidence and what waits."""
    return organization_page(request, own_of(request, slug))


def own_of(request: DeskRequest, slug: str, *, as_owner: bool = False) -> Representative:
    """The person's own place in this organization; 404 for every other organization, and for what only owners may do."""
    acting = Representative.objects.owners() if as_owner else Representative.objects.active()
    own: Representative = get_object_or_404(
        acting.select_related("organization", "user"), user=request.user, organization__slug=slug
    )
    return own


def organization_page(
    request: DeskRequest,
    own: Representative,
    *,
    invite_form: InviteForm | None = None,
    mandate_form: MandateForm | None = None,
    registration_form: RegistrationForm | None = None,
) -> HttpResponse:
    """The page, with a form that came back if there is one."""
    now, language, organization = timezone.now(), language_of_page(), own.organization
    proof = open_proof(organization, request.user, at=now)
    context: dict[str, Any] = {
        "organization": organization,
        "name": organization.name_in(language),
        "own": own,
        "is_owner": own.role == Role.OWNER,
        "profile": profile_of(organization),
        "place": country_name(organization.country, language),
        "colleagues": colleagues_of(organization, request.user),
        "invitations": open_invitations(organization, at=now),
        "roles": Role.choices,
        "level": organization.get_level_display(),
        "evidence": evidence_of(organization, at=now),
        "missing": missing_of(organization, at=now),
        "proof": None if proof is None else instructions(proof),
        "proof_id": None if proof is None else proof.pk,
        "checks": checks_of(request.user, organization),
        "invite_form": invite_form or InviteForm(initial={"language": language}),
        "mandate_form": mandate_form or MandateForm(),
        "registration_form": registration_form or RegistrationForm(),
    }
    status = 422 if invite_form or mandate_form or registration_form else 200
    return render(request, "signatories/my_organization.html", context, status=status)


@require_POST
@login_required
@private_page
def my_colleague_invite(request: DeskRequest, slug: str) -> HttpResponse:
    """Invite a colleague."""
    own = own_of(request, slug, as_owner=True)
    form = InviteForm(request.POST)
    if not form.is_valid():
        return organization_page(request, own, invite_form=form)
    try:
        representatives.invite(own.organization, **form.cleaned_data, by=request.user, at=timezone.now())
    except Refusal as refusal:
        form.add_error("email", str(refusal))
        return organization_page(request, own, invite_form=form)
    messages.success(request, _("The invitation was mailed. It is open for two weeks."))
    return redirect("my-organization", slug=slug)


@require_POST
@login_required
@private_page
def my_colleague_take_back(request: DeskRequest, slug: str, invitation_id: int) -> HttpResponse:
    """Take an invitation back."""
    own = own_of(request, slug, as_owner=True)
    invitation = get_object_or_404(own.organization.colleague_invitations, pk=invitation_id)
    return _do(request, slug, lambda at: representatives.take_back(invitation, by=request.user, at=at))


@require_POST
@login_required
@private_page
def my_colleague_role(request: DeskRequest, slug: str, colleague_id: int) -> HttpResponse:
    """Give a colleague another role."""
    colleague = _colleague(request, slug, colleague_id)
    form = RoleForm(request.POST)
    if not form.is_valid():
        raise Http404
    role = Role(form.cleaned_data["role"])
    return _do(request, slug, lambda at: representatives.change_role(colleague, role, by=request.user, at=at))


@require_POST
@login_required
@private_page
def my_colleague_hand_over(request: DeskRequest, slug: str, colleague_id: int) -> HttpResponse:
    """Make a colleague the owner in one's own place."""
    colleague = _colleague(request, slug, colleague_id)
    return _do(request, slug, lambda at: representatives.hand_over(colleague, by=request.user, at=at))


@require_POST
@login_required
@private_page
def my_colleague_remove(request: DeskRequest, slug: str, colleague_id: int) -> HttpResponse:
    """End a colleague's role."""
    colleague = _colleague(request, slug, colleague_id)
    return _do(request, slug, lambda at: representatives.remove(colleague, by=request.user, at=at))


@require_POST
@login_required
@private_page
def my_colleague_revoke(request: DeskRequest, slug: str, colleague_id: int) -> HttpResponse:
    """Revoke a colleague's mandate."""
    colleague = _colleague(request, slug, colleague_id)
    return _do(request, slug, lambda at: representatives.revoke(colleague, by=request.user, at=at))


@require_POST
@login_required
@private_page
def my_organization_second_person(request: DeskRequest, slug: str) -> HttpResponse:
    """Switch the second approval on or off."""
    own = own_of(request, slug, as_owner=True)
    needed = request.POST.get("needed") == "yes"
    return _do(
        request,
        slug,
        lambda at: representatives.ask_second_person(own.organization, needed, by=request.user, at=at),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@private_page
def my_organization_leave(request: DeskRequest, slug: str) -> HttpResponse:
    """Ask what leaving means to be read (GET), then leave (POST)."""
    own = own_of(request, slug)
    if request.method == "POST":
        without_owner = request.POST.get("without_owner") == "yes"
        try:
            representatives.leave(own, without_owner=without_owner, at=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("my-organization-leave", slug=slug)
        messages.success(request, _("You no longer act for this organization."))
        return redirect("my")
    others = own.organization.representatives.owners().exclude(pk=own.pk)
    context = {
        "organization": own.organization,
        "name": own.organization.name_in(language_of_page()),
        "is_last_owner": own.role == Role.OWNER and not others.exists(),
    }
    return render(request, "signatories/my_organization_leave.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@private_page
def my_colleague_invitation(request: DeskRequest, token: str) -> HttpResponse:
    """What a colleague offers (GET), and the yes (POST); only at the invited address, to all others it does not exist."""
    now = timezone.now()
    with_organization = ColleagueInvitation.objects.select_related("organization", "invited_by")
    invitation: ColleagueInvitation = get_object_or_404(with_organization, token=token)
    if not representatives.owns_address(request.user, invitation.email):
        raise Http404
    if request.method == "POST":
        try:
            representatives.accept_invitation(invitation, by=request.user, at=now)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("my-colleague-invitation", token=token)
        messages.success(request, _("You now act for this organization."))
        return redirect("my-organization", slug=invitation.organization.slug)
    context = {
        "invitation": invitation,
        "name": invitation.organization.name_in(language_of_page()),
        "is_open": invitation.is_open(now),
    }
    return render(request, "signatories/my_colleague_invitation.html", context)


def _colleague(request: DeskRequest, slug: str, colleague_id: int) -> Representative:
    own = own_of(request, slug, as_owner=True)
    colleague: Representative = get_object_or_404(own.organization.representatives.active(), pk=colleague_id)
    return colleague


def _do(request: DeskRequest, slug: str, act: Callable[[datetime], object]) -> HttpResponse:
    """Act, say how it went, and go back to the organization's page, or home when it is no longer one's own."""
    try:
        act(timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Done. The change is in force."))
    return redirect("my-organization", slug=slug)
