"""The profile of an organization, changed by its owners."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaign.base.errors import Refusal
from letters.access import DeskRequest
from letters.errors import LogoNotKept
from signatories.forms.profile import ProfileForm, initial_of
from signatories.models import ProfileChange
from signatories.services import profile as profiles
from signatories.views.my_organization import own_of
from signatories.views.private import private_page
from signatories.views.sign import language_of_page


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@private_page
def my_organization_profile(request: DeskRequest, slug: str) -> HttpResponse:
    """The profile in three languages (GET), and its change (POST)."""
    now = timezone.now()
    organization = own_of(request, slug, as_owner=True).organization
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = ProfileForm(data, files, initial=initial_of(organization), fingerprint="", at=now)
    if form.is_valid():
        try:
            logo = form.cleaned_data["logo"]
            waits = profiles.change_profile(organization, form.columns(), logo=logo, by=request.user, at=now)
        except LogoNotKept as refusal:
            form.add_error("logo", str(refusal))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            _say(request, waits=waits is not None)
            return redirect("my-organization", slug=slug)
    context = {
        "form": form,
        "organization": organization,
        "name": organization.name_in(language_of_page()),
        "waiting": ProfileChange.objects.filter(organization=organization, decided_at=None).first(),
    }
    return render(request, "signatories/my_organization_profile.html", context, status=422 if form.errors else 200)


def _say(request: DeskRequest, *, waits: bool) -> None:
    if waits:
        messages.info(
            request, _("Saved. What reviewers have checked changes as soon as one of them agrees; you get a message.")
        )
    else:
        messages.success(request, _("The profile was saved."))
