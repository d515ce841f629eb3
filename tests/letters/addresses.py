"""Addresses of pages in one language."""

from django.urls import reverse
from django.utils import translation


def at(name: str, *args: object, language: str = "en") -> str:
    """The address of a page."""
    with translation.override(language):
        return reverse(name, args=args)
