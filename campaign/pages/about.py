"""What this site is, and what it keeps about people."""

from email.utils import parseaddr

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from campaign.base.public_page import public_page


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What the site is and how organizations are verified."""
    return _words(request, "pages/about.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept about whom, why and for how long."""
    return _words(request, "pages/privacy.html")


def _words(request: HttpRequest, template: str) -> HttpResponse:
    contact = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return public_page(render(request, template, {"contact": contact}), until=None)
