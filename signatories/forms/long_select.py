"""A list with hundreds of options."""

from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe


class LongSelect(forms.Select):
    """A list without groups, written at once: Django fills a template for each option, which for all countries is felt."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """The same element as Django's."""
        chosen, selected = str(value or ""), mark_safe(" selected")
        options = format_html_join(
            "\n",
            '<option value="{}"{}>{}</option>',
            ((code, selected if str(code) == chosen else "", label) for code, label in self.choices),
        )
        return format_html(
            "<select{}>\n{}\n</select>", flatatt(self.build_attrs(self.attrs, {"name": name, **(attrs or {})})), options
        )
