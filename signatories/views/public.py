"""Pages of organizations that everybody may read."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from campaign.base.public_page import public_page
from signatories.models import Organization
from signatories.public_selectors import next_publication_with, organization_page_of
from signatories.views.sign import language_of_page


@require_safe
def organization_page(request: HttpRequest, slug: str) -> HttpResponse:
    """A verified organization that stands under a published letter; every other has no page."""
    now = timezone.now()
    organization: Organization = get_object_or_404(Organization.objects.select_related("merged_into"), slug=slug)
    if organization.merged_into is not None:
        return _moved_to(organization.merged_into, at=now)
    page = organization_page_of(organization, language_of_page(), at=now)
    if page is None:
        raise Http404
    response = render(request, "signatories/organization.html", {"page": page})
    return public_page(response, until=next_publication_with(organization, at=now))


def _moved_to(organization: Organization, *, at: datetime) -> HttpResponse:
    """The address of a duplicate leads to the page of the organization that stayed, if that has one."""
    if organization_page_of(organization, language_of_page(), at=at) is None:
        raise Http404
    return redirect("organization", slug=organization.slug, permanent=True)
