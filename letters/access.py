"""Who may enter the desk, and whose letters are seen there."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from campaign.base.models import User
from letters.models import Coordinator, Letter


class DeskRequest(HttpRequest):
    """A request whose person is a coordinator."""

    user: User


DeskView = Callable[..., HttpResponse]


def is_coordinator(user: Any) -> bool:
    """Whether the person runs the letters of any issuer."""
    return bool(user.is_authenticated) and Coordinator.objects.filter(user=user).exists()


def coordinator_required(view: DeskView) -> DeskView:
    """Let only coordinators in, outside a demonstration only with a password and a second factor; others are refused with 403."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        if not user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not is_coordinator(user):
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
