"""Signatures on paper, on the desk: entered by one person, compared by another."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaign.base.errors import Refusal
from letters.access import DeskRequest, coordinator_required, desk_letter, review_required
from letters.models import Letter
from signatories.forms.paper import PaperForm, PaperWithNewOrganizationForm
from signatories.models import Organization, Signature
from signatories.search import find_among
from signatories.selectors import found_organizations
from signatories.services import paper as papers
from signatories.services.decision import organizations_seen_by
from signatories.states import SignatureSource, SignatureState
from signatories.views.document import document_response
from signatories.views.private import private_page
from signatories.views.sign import LONGEST_SEARCH, language_of_page


@require_safe
@coordinator_required
@private_page
def paper_find(request: DeskRequest, slug: str) -> HttpResponse:
    """Which organization signed on paper."""
    letter, now, language = desk_letter(request, slug), timezone.now(), language_of_page()
    words = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    found = find_among(organizations_seen_by(request.user, now), words)
    context = {
        "letter": letter,
        "title": letter.text("title", language) or letter.slug,
        "takes_signatures": letter.accepts_signatures(now),
        "words": words,
        "found": found_organizations(
            found, language, lambda one: reverse("desk-paper-organization", args=[slug, one.slug])
        ),
    }
    return render(request, "signatories/desk_paper_find.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator_required
@private_page
def paper_new(request: DeskRequest, slug: str, organization: str = "") -> HttpResponse:
    """Type what stands on the paper, for an organization that was chosen or for a new one."""
    letter, now, language = desk_letter(request, slug), timezone.now(), language_of_page()
    revisions = list(letter.revisions.defer("canonical").order_by("number"))
    if not revisions:
        raise Http404
    data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    chosen, form = None, None
    if organization:
        chosen = get_object_or_404(organizations_seen_by(request.user, now), slug=organization)
        form = PaperForm(*data, revisions=revisions, initial={"language": language})
    else:
        form = PaperWithNewOrganizationForm(
            *data, revisions=revisions, initial={"language": language, "original_language": language}, at=now
        )
    if form.is_valid() and (done := _enter(request, letter, chosen, form)):
        return done
    context = {
        "letter": letter,
        "title": letter.text("title", language) or letter.slug,
        "form": form,
        "chosen": found_organizations([chosen] if chosen else [], language, lambda _one: ""),
        "alike": found_organizations(
            getattr(form, "alike", []), language, lambda one: reverse("desk-paper-organization", args=[slug, one.slug])
        ),
        "find_url": reverse("desk-paper-find", args=[slug]),
    }
    return render(request, "signatories/desk_paper_new.html", context, status=422 if form.errors else 200)


def _enter(request: DeskRequest, letter: Letter, chosen: Organization | None, form: PaperForm) -> HttpResponse | None:
    """Enter the signature; None when it was refused, with the reason in the form."""
    try:
        papers.enter(
            form.revision(),
            organization=chosen,
            **form.of_organization(),
            **form.entered(),
            by=request.user,
            at=timezone.now(),
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return None
    messages.success(request, _("Entered. It waits for another person to compare it with the scan."))
    return redirect("desk-signatures", slug=letter.slug)


def _entered(request: DeskRequest, signature_id: int) -> Signature:
    """A signature that was entered from paper, under a letter whose signatures this person checks; 404 for every other."""
    letters = Letter.objects.reviewed_by(request.user)
    found = Signature.objects.filter(revision__letter__in=letters).exclude(source=SignatureSource.ONLINE)
    entered: Signature = get_object_or_404(
        found.select_related("revision__letter", "organization", "entered_by"), pk=signature_id
    )
    return entered


@require_safe
@review_required
@private_page
def paper_page(request: DeskRequest, signature_id: int) -> HttpResponse:
    """What was entered, to be compared with the scan."""
    signature, language = _entered(request, signature_id), language_of_page()
    if signature.state != SignatureState.STARTED:
        return redirect("desk-signature", signature_id=signature.pk)
    letter = signature.revision.letter
    context = {
        "signature": signature,
        "letter": letter,
        "title": letter.text("title", language) or letter.slug,
        "organization": found_organizations([signature.organization], language, lambda _one: "")[0],
        "is_own": signature.entered_by_id == request.user.pk,
    }
    return render(request, "signatories/desk_paper.html", context)


@require_safe
@review_required
def paper_scan(request: DeskRequest, signature_id: int) -> FileResponse:
    """The scan, as a download."""
    signature = _entered(request, signature_id)
    return document_response(signature.scan, name=f"{signature.revision.letter.slug}-{signature.organization.slug}")


@require_POST
@review_required
@private_page
def paper_second(request: DeskRequest, signature_id: int) -> HttpResponse:
    """Confirm that the scan says what was entered."""
    return _act(request, signature_id, papers.second, _("Confirmed. The signature now waits for a decision."))


@require_POST
@review_required
@private_page
def paper_discard(request: DeskRequest, signature_id: int) -> HttpResponse:
    """Throw away what was entered wrongly."""
    return _act(request, signature_id, papers.discard, _("What was entered is deleted, and its scan with it."))


def _act(request: DeskRequest, signature_id: int, service: Callable[..., Any], done: str) -> HttpResponse:
    signature = _entered(request, signature_id)
    try:
        service(signature, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("desk-signatures", slug=signature.revision.letter.slug)
