"""Who may enter the desk, and whose letters are seen there."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from campaign.base.models import User
from letters.models import Coordinator, Letter


class DeskRequest(HttpRequest):
    """A request whose person may enter the desk: a coordinator, or at the review queue a reviewer."""

    user: User


DeskView = Callable[..., HttpResponseBase]


def is_coordinator(user: Any) -> bool:
    """Whether the person runs the letters of any issuer."""
    return bool(user.is_authenticated) and Coordinator.objects.filter(user=user).exists()


def may_review(user: Any) -> bool:
    """Whether the person checks signatures: as a reviewer those of every open letter, as a coordinator those of her own."""
    return bool(user.is_authenticated) and (user.is_reviewer or is_coordinator(user))


def coordinator_required(view: DeskView) -> DeskView:
    """Let only coordinators in, outside a demonstration only with a password and a second factor; others are refused with 403."""
    return _for_those_who(is_coordinator, view)


def review_required(view: DeskView) -> DeskView:
    """Let reviewers and coordinators in, on the same terms."""
    return _for_those_who(may_review, view)


def keeps_organizations(user: Any) -> bool:
    """Whether the person keeps the list of organizations in order: reviewers and administrators."""
    return bool(user.is_authenticated) and user.is_active and (user.is_reviewer or user.is_staff)


def keeper_required(view: DeskView) -> DeskView:
    """Let those in who keep the list of organizations in order, on the same terms."""
    return _for_those_who(keeps_organizations, view)


def _for_those_who(may_enter: Callable[[Any], bool], view: DeskView) -> DeskView:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        if not user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not may_enter(user):
            raise PermissionDenied
        if not settings.DEMONSTRATION:
            if not user.has_usable_password():
                messages.warning(request, _("The desk asks for a password. Choose one, then set up a second factor."))
                return redirect("account_set_password")
            if not is_mfa_enabled(user):
                messages.warning(
                    request, _("The desk asks for a second factor. Set up an authenticator app or a passkey.")
                )
                return redirect("mfa_index")
        return view(request, *args, **kwargs)

    return guarded


def desk_letter(request: HttpRequest, slug: str) -> Letter:
    """A letter of an issuer that this person coordinates; 404 for every other."""
    user: Any = request.user
    letter: Letter = get_object_or_404(Letter.objects.of(user).select_related("issuer", "campaign"), slug=slug)
    return letter


def reviewed_letter(request: HttpRequest, slug: str) -> Letter:
    """A letter whose signatures this person checks; 404 for every other."""
    user: Any = request.user
    letter: Letter = get_object_or_404(Letter.objects.reviewed_by(user).select_related("issuer"), slug=slug)
    return letter
