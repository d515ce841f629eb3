"""What a reader sees when a request was not understood. The other error pages are Django's own views with our templates."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page of a request that was not understood, in the reader's language.

    Such a request may have been stopped before anything chose a language, hence it is chosen here.
    """
    with translation.override(translation.get_language_from_request(request, check_path=True)):
        return render(request, "400.html", status=400)
