"""A list of hundreds of options is the element that Django writes, and is written at once."""

from typing import Any

import pytest
from django import forms
from django.test.html import parse_html
from django.utils.translation import override

from signatories.countries import country_choices
from signatories.forms.long_select import LongSelect
from signatories.time_zones import zone_choices

HOSTILE = [("", "none"), ('"><script>', "<b>&amp;</b>"), ("0", "zero")]


def written(widget: type[forms.Select], choices: Any, value: Any) -> str:
    class Form(forms.Form):
        place = forms.ChoiceField(choices=choices, widget=widget(attrs={"class": "wide"}), help_text="Help")

    form = Form(initial={"place": value})
    form.fields["place"].widget.attrs["autocomplete"] = "country"
    return str(form["place"])


@pytest.mark.parametrize("value", ["KZ", "", None, "nowhere", '"><script>', "0"])
@pytest.mark.parametrize("kind", ["countries", "zones", "hostile"])
def test_it_is_what_django_writes(value: Any, kind: str) -> None:
    with override("kk"):
        choices = {"countries": country_choices("kk"), "zones": zone_choices("kk"), "hostile": HOSTILE}[kind]
        ours, djangos = written(LongSelect, choices, value), written(forms.Select, choices, value)

    assert parse_html(ours) == parse_html(djangos)
