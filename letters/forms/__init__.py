"""Cleans what people type."""

from typing import Any

from django.http import HttpRequest


def typed(request: HttpRequest) -> tuple[Any, Any]:
    """What a person sent in a form and its files; None twice when the form is only to be shown."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)
