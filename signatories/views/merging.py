"""Organizations that stand in the list twice: which they may be, and making two into one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from campaign.base.errors import Refusal
from letters.access import DeskRequest, is_coordinator, keeper_required
from signatories.duplicates import possible_duplicates, twin
from signatories.forms.merging import MergeForm
from signatories.models import Organization
from signatories.services.merging import merge
from signatories.views.private import private_page
from signatories.views.sign import language_of_page


@require_safe
@keeper_required
@private_page
def duplicate_list(request: DeskRequest) -> HttpResponse:
    """Pairs of organizations that may be one."""
    context = {"pairs": possible_duplicates(language_of_page()), "runs_letters": is_coordinator(request.user)}
    return render(request, "signatories/desk_duplicates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@keeper_required
@private_page
def merge_page(request: DeskRequest, one: int, other: int) -> HttpResponse:
    """Two organizations side by side (GET); the one that was chosen stays (POST)."""
    standing = Organization.objects.filter(merged_into=None)
    pair: list[Organization] = [get_object_or_404(standing, pk=key) for key in (one, other)]
    language = language_of_page()
    names = [(organization.pk, organization.name_in(language)) for organization in pair]
    form = MergeForm(request.POST if request.method == "POST" else None, pair=names)
    if form.is_valid():
        stays, goes = pair if form.cleaned_data["stays"] == str(one) else reversed(pair)
        try:
            merge(goes, into=stays, by=request.user, at=timezone.now())
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            facts = {"duplicate": goes.name_in(language), "organization": stays.name_in(language)}
            messages.success(request, _("Merged: %(duplicate)s is now %(organization)s.") % facts)
            return redirect("desk-duplicates")
    context = {
        "twins": [twin(organization, language) for organization in pair],
        "form": form,
        "runs_letters": is_coordinator(request.user),
    }
    return render(request, "signatories/desk_merge.html", context, status=422 if form.is_bound else 200)
