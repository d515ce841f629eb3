"""Addresses of the second floor; the roof puts them below the language, `desk/` and `my/`."""

from django.urls import URLPattern

public_patterns: list[URLPattern] = []
desk_patterns: list[URLPattern] = []
my_patterns: list[URLPattern] = []
