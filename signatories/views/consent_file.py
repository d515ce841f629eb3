"""Consent evidence files, made on demand. Making one is remembered, so it takes a POST."""

from collections.abc import Callable
from typing import IO

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaign.base.errors import Refusal
from letters.access import DeskRequest, coordinator_required, desk_letter
from letters.models import Letter
from signatories.access import signatures_of
from signatories.models import Organization, Signature
from signatories.services import consent_file
from signatories.services import take_out as take_outs
from signatories.states import SignatureState, TakeOutKind
from signatories.views.sign import language_of_page


@require_POST
@coordinator_required
def letter_consent(request: DeskRequest, slug: str) -> HttpResponseBase:
    """The file of one letter; where it names somebody who is not public, a colleague agrees first."""
    letter = desk_letter(request, slug)
    if take_outs.needs_two(letter, by=request.user):
        messages.info(
            request, _("This file names organizations that are not public, so another coordinator must agree.")
        )
        return redirect(f"{reverse('desk-take-outs', args=[slug])}?kind={TakeOutKind.CONSENT_FILE}")
    return _answer(
        request,
        lambda: consent_file.of_letter(letter, language=language_of_page(), by=request.user, at=timezone.now()),
        name=f"{slug}-consent",
        back=("desk-signatures", slug),
    )


@require_POST
@coordinator_required
def letter_consent_public(request: DeskRequest, slug: str) -> HttpResponseBase:
    """The version of it that may be passed on."""
    letter = desk_letter(request, slug)
    return _answer(
        request,
        lambda: consent_file.public_version_of(letter, language=language_of_page(), by=request.user, at=timezone.now()),
        name=f"{slug}-consent-public",
        back=("desk-signatures", slug),
    )


@require_POST
@coordinator_required
def organization_consent(request: DeskRequest, signature_id: int) -> HttpResponseBase:
    """The file of the organization that gave this signature, over all letters that the person runs."""
    organization = _organization_on_desk(request, signature_id)
    return _answer(
        request,
        lambda: consent_file.of_organization(
            organization, language=language_of_page(), by=request.user, at=timezone.now()
        ),
        name=f"{organization.slug}-consent",
        back=("desk-signature", signature_id),
    )


@require_POST
@coordinator_required
def organization_consent_public(request: DeskRequest, signature_id: int) -> HttpResponseBase:
    """The version of it that may be passed on."""
    organization = _organization_on_desk(request, signature_id)
    return _answer_public(request, organization, back=("desk-signature", signature_id))


def _organization_on_desk(request: DeskRequest, signature_id: int) -> Organization:
    """The organization that gave this signature under a letter of this coordinator."""
    mine = Signature.objects.filter(revision__letter__in=Letter.objects.of(request.user))
    signature = get_object_or_404(
        mine.exclude(state=SignatureState.STARTED).select_related("organization"), pk=signature_id
    )
    return signature.organization


@require_POST
@login_required
def my_organization_consent(request: DeskRequest, slug: str) -> HttpResponseBase:
    """The file of an own organization: what the person signed, or owns."""
    organization = _own_organization(request, slug)
    return _answer(
        request,
        lambda: consent_file.of_own_organization(
            organization, language=language_of_page(), by=request.user, at=timezone.now()
        ),
        name=f"{slug}-consent",
        back=("my",),
    )


@require_POST
@login_required
def my_organization_consent_public(request: DeskRequest, slug: str) -> HttpResponseBase:
    """The version of it that may be passed on."""
    return _answer_public(request, _own_organization(request, slug), back=("my",))


def _own_organization(request: DeskRequest, slug: str) -> Organization:
    own = signatures_of(request.user).exclude(state=SignatureState.STARTED)
    found: Organization = get_object_or_404(Organization, slug=slug, pk__in=own.values("organization"))
    return found


def _answer_public(
    request: DeskRequest, organization: Organization, *, back: tuple[str | int, ...]
) -> HttpResponseBase:
    return _answer(
        request,
        lambda: consent_file.public_version_of_organization(
            organization, language=language_of_page(), by=request.user, at=timezone.now()
        ),
        name=f"{organization.slug}-consent-public",
        back=back,
    )


def _answer(
    request: HttpRequest, make: Callable[[], IO[bytes]], *, name: str, back: tuple[str | int, ...]
) -> HttpResponseBase:
    """The file as a download, or the way back with the reason why there is none."""
    try:
        file = make()
    except Refusal as refusal:
        messages.error(request, str(refusal))
        address, *arguments = back
        return redirect(str(address), *arguments)
    response = FileResponse(file, as_attachment=True, filename=f"{name}.zip", content_type="application/zip")
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
