"""Changes of profiles that wait for a reviewer."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from campaign.base.errors import Refusal
from letters.access import DeskRequest, is_coordinator, keeper_required
from signatories.models import ProfileChange
from signatories.profile_selectors import changes_waiting
from signatories.services import profile as profiles
from signatories.views.private import private_page
from signatories.views.sign import language_of_page


@require_safe
@keeper_required
@private_page
def profile_change_list(request: DeskRequest) -> HttpResponse:
    """Every proposed change, oldest first: as it is, and as it would be."""
    context = {"changes": changes_waiting(language_of_page()), "runs_letters": is_coordinator(request.user)}
    return render(request, "signatories/desk_profile_changes.html", context)


@require_POST
@keeper_required
@private_page
def profile_change_decide(request: DeskRequest, change_id: int) -> HttpResponse:
    """Agree, or not."""
    change = get_object_or_404(ProfileChange.objects.select_related("organization", "proposed_by"), pk=change_id)
    try:
        profiles.decide(change, accept=request.POST.get("accept") == "yes", by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Decided. The person who proposed it is told."))
    return redirect("desk-profile-changes")
