"""Where a visitor goes first."""

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from letters.access import is_coordinator, may_review


@require_safe
def choose_language(request: HttpRequest) -> HttpResponse:
    """From `/` to the home page in the language that the browser asks for; Kazakh when it asks for none of ours."""
    response = redirect(f"/{translation.get_language_from_request(request)}/")
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


@require_safe
def country_code(request: HttpRequest, rest: str) -> HttpResponse:
    """`kz` is a country; the language is `kk`."""
    query = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(f"/kk/{rest}" + (f"?{query}" if query else ""))


@require_safe
def administration(request: HttpRequest, rest: str) -> HttpResponse:
    """From `/admin/…` to the administration in the reader's language."""
    return redirect(f"/{translation.get_language_from_request(request)}/admin/{rest}")


@require_safe
def own_start(request: HttpRequest) -> HttpResponse:
    """After signing in: coordinators to the desk, reviewers to their queue, others to their signatures."""
    if not request.user.is_authenticated:
        return redirect("home")
    if is_coordinator(request.user):
        return redirect("desk")
    return redirect("desk-reviews" if may_review(request.user) else "my")
