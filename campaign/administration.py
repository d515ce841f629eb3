"""The administration of people, roles and reference data: entered through the same door as the desk."""

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _


class Administration(AdminSite):
    """Django's administration without its own sign-in form, which would know neither attempts nor second factors."""

    def has_permission(self, request: HttpRequest) -> bool:
        """Administrators, outside a demonstration only with a password and a second factor."""
        return super().has_permission(request) and _is_protected(request.user)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Lead to the sign-in page, or to what an administrator still has to set up; others are refused with 403."""
        user: Any = request.user
        if not user.is_authenticated:
            return redirect_to_login(request.GET.get("next") or request.get_full_path())
        if not user.is_staff:
            raise PermissionDenied
        if _is_protected(user):
            return redirect("admin:index")
        messages.warning(
            request, _("The administration asks for a second factor. Set up an authenticator app or a passkey.")
        )
        return redirect("mfa_index" if user.has_usable_password() else "account_set_password")


def _is_protected(user: Any) -> bool:
    return bool(settings.DEMONSTRATION or (user.has_usable_password() and is_mfa_enabled(user)))
