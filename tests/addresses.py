"""Every address of the site, found in the URLconf, so that a new one is not forgotten by the tests that go over all."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import get_resolver
from django.utils import translation

CONVERTED = re.compile(r"<(?:(\w+):)?(\w+)>")
WRITTEN_OUT = {  # regular expressions cannot be filled in by themselves
    "^kz/(?P<rest>.*)$": "kz/<path:rest>",
    "^admin/(?P<rest>.*)$": "admin/<path:rest>",
    "^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "password/reset/key/<uidb36>-<key>/",
    "^(?P<app_label>base|letters|signatories)/$": "<app_label>/",
    "^(?P<app_label>base|letters)/$": "<app_label>/",
    "(?P<url>.*)$": "<path:url>",
}


@dataclass(frozen=True, slots=True)
class Address:
    """One address: its name (its route when it has none), and its route with `<converter:name>` parts."""

    name: str
    route: str

    @property
    def parameters(self) -> list[str]:
        """Names of the parts to fill in."""
        return [name for _, name in CONVERTED.findall(self.route)]

    def path(self, **values: Any) -> str:
        """The path with these values in it."""
        return "/" + CONVERTED.sub(lambda part: str(values[part.group(2)]), self.route)


def addresses(language: str = "en") -> list[Address]:
    """All addresses, those below the language in this one."""
    with translation.override(language):
        return list(_walk(get_resolver().url_patterns, ""))


def _walk(patterns: list[Any], prefix: str) -> Iterator[Address]:
    for pattern in patterns:
        route = str(pattern.pattern)
        if re.search(r"[\^$(?]", route):
            route = WRITTEN_OUT[route]
        if hasattr(pattern, "url_patterns"):
            yield from _walk(pattern.url_patterns, prefix + route)
        else:
            yield Address(pattern.name or prefix + route, prefix + route)
