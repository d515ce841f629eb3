"""Organizations on the desk: their evidence, level and history, apart from any signature."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaign.base.errors import Refusal
from letters.access import DeskRequest, is_coordinator, review_required
from signatories.errors.document import DocumentNotKept
from signatories.forms.evidence import LevelForm, OrganizationEvidenceForm, RevocationForm
from signatories.models import Organization
from signatories.organization_selectors import (
    evidence_seen_by,
    mandates_of,
    organization_file,
    organization_lines,
    organizations_for,
)
from signatories.services import decision as decisions
from signatories.services import evidence as evidences
from signatories.states import EvidenceKind, Level
from signatories.views.document import document_response
from signatories.views.private import private_page
from signatories.views.sign import LONGEST_SEARCH, language_of_page

ON_A_PAGE = 50


@require_safe
@review_required
@private_page
def organization_list(request: DeskRequest) -> HttpResponse:
    """Organizations that this person may look at, with a search and their levels."""
    words, level = request.GET.get("q", "")[:LONGEST_SEARCH].strip(), request.GET.get("level", "")
    lines = organization_lines(request.user, words, level, language_of_page(), at=timezone.now())
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "page": Paginator(lines, ON_A_PAGE).get_page(request.GET.get("page")),
        "words": words,
        "level": level,
        "levels": [(str(number), label) for number, label in Level.choices],
        "query": f"{query.urlencode()}&" if query else "",
        "runs_letters": is_coordinator(request.user),
    }
    return render(request, "signatories/desk_organizations.html", context)


@require_safe
@review_required
@private_page
def organization_page(request: DeskRequest, slug: str) -> HttpResponse:
    """One organization with all its evidence, decisions and history."""
    return _page(request, _organization(request, slug))


@require_POST
@review_required
@private_page
def organization_evidence(request: DeskRequest, slug: str) -> HttpResponse:
    """Record what a reviewer checked apart from any signature."""
    organization = _to_change(request, slug)
    form = OrganizationEvidenceForm(request.POST, request.FILES, mandates=mandates_of(organization))
    if not form.is_valid():
        return _page(request, organization, evidence_form=form)
    facts = form.cleaned_data
    try:
        evidences.record_for_organization(
            organization,
            EvidenceKind(facts["kind"]),
            mandate=facts["mandate"],
            detail=facts["detail"],
            document=facts["document"],
            by=request.user,
            at=timezone.now(),
        )
    except DocumentNotKept as refusal:
        form.add_error("document", str(refusal))
        return _page(request, organization, evidence_form=form)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The evidence was recorded."))
    return redirect("desk-organization", slug=organization.slug)


@require_POST
@review_required
@private_page
def organization_level(request: DeskRequest, slug: str) -> HttpResponse:
    """Say yes to a higher level."""
    organization = _to_change(request, slug)
    form = LevelForm(request.POST)
    if not form.is_valid():
        return _page(request, organization, level_form=form)
    level, reason = Level(int(form.cleaned_data["level"])), form.cleaned_data["reason"]
    try:
        settled = decisions.decide_level(organization, level, reason=reason, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        given, first = (
            _("The organization has the level now."),
            _("Your yes is recorded; a second reviewer decides next."),
        )
        messages.success(request, given if settled else first)
    return redirect("desk-organization", slug=organization.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@review_required
@private_page
def organization_revoke(request: DeskRequest, slug: str) -> HttpResponse:
    """Say what revoking means (GET), then revoke (POST)."""
    organization = _to_change(request, slug)
    form = RevocationForm(request.POST) if request.method == "POST" else RevocationForm()
    if request.method == "POST" and form.is_valid():
        try:
            decisions.revoke_verification(
                organization, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
            )
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The verification was revoked. The organization signs nothing more."))
        return redirect("desk-organization", slug=organization.slug)
    context = {
        "organization": organization,
        "name": organization.name_in(language_of_page()),
        "form": form,
        "runs_letters": is_coordinator(request.user),
    }
    return render(request, "signatories/desk_organization_revoke.html", context, status=422 if form.is_bound else 200)


@require_safe
@review_required
def document(request: DeskRequest, evidence_id: int) -> HttpResponseBase:
    """A document of a case that this person may read, as a download; every other does not exist."""
    found = evidence_seen_by(request.user, timezone.now()).exclude(document="")
    evidence = get_object_or_404(found, pk=evidence_id)
    return document_response(evidence.document, name=f"evidence-{evidence.pk}")


def _organization(request: DeskRequest, slug: str) -> Organization:
    found = organizations_for(request.user, timezone.now())
    organization: Organization = get_object_or_404(found, slug=slug)
    return organization


def _to_change(request: DeskRequest, slug: str) -> Organization:
    """The organization, for a reviewer alone.

    :raises PermissionDenied: a coordinator sees it and changes nothing.
    """
    organization = _organization(request, slug)
    if not request.user.is_reviewer:
        raise PermissionDenied
    return organization


def _page(request: DeskRequest, organization: Organization, **forms: Any) -> HttpResponse:
    context: dict[str, Any] = {
        "file": organization_file(organization, language_of_page(), by=request.user, at=timezone.now()),
        "evidence_form": OrganizationEvidenceForm(mandates=mandates_of(organization)),
        "level_form": LevelForm(),
        "runs_letters": is_coordinator(request.user),
        **forms,
    }
    return render(request, "signatories/desk_organization.html", context, status=422 if forms else 200)
