"""The stylesheet and the page frame: readable colours in both schemes, small, strict, and told to screen readers."""

import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

STYLES = (settings.BASE_DIR / "static" / "site.css").read_text(encoding="utf-8")
FOLDER = settings.BASE_DIR / "templates"
TEMPLATES = sorted(FOLDER.rglob("*.html"))
PRINTED_OR_MAILED = re.compile(r"edition|mail|consent_file")
INLINE = re.compile(
    r"<style|\sstyle=|<script(?![^>]*\ssrc=)(?![^>]*application/ld\+json)|\son(?:change|click|error|input|key|load|submit)\w*="
)
PAGES = [path for path in TEMPLATES if not PRINTED_OR_MAILED.search(str(path.relative_to(FOLDER)))]

ON_EVERY_GROUND = ["ink", "muted", "accent", "bad"]
PAIRS = [
    *((words, ground, 4.5) for words in ON_EVERY_GROUND for ground in ("ground", "paper", "sunk")),
    *((tone, f"{tone}-tint", 4.5) for tone in ("accent", "good", "warn", "bad")),
    ("on-accent", "accent", 4.5),
    ("muted", "line", 4.5),
    ("edge", "paper", 3.0),
    ("edge", "ground", 3.0),
]


def _colours(scheme: str) -> dict[str, str]:
    light, dark = re.findall(r":root \{(.*?)\}", STYLES, flags=re.S)[:2]
    return dict(re.findall(r"--([a-z-]+): #([0-9a-f]{3,6});", light if scheme == "light" else dark))


def _luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance of `rgb` or `rrggbb`."""
    full = "".join(2 * digit for digit in colour) if len(colour) == 3 else colour
    parts = [int(full[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("words", "ground", "least"), PAIRS)
def test_words_stand_out_from_their_ground(scheme: str, words: str, ground: str, least: float) -> None:
    colours = _colours(scheme)

    assert _contrast(colours[words], colours[ground]) >= least


def test_the_stylesheet_stays_small_and_asks_nobody_else() -> None:
    assert len(STYLES.encode()) <= 18_688  # 18.25 KiB
    assert re.findall(r"url\(|@import|@font-face", STYLES) == []


def test_no_length_of_type_ignores_the_readers_own_size() -> None:
    assert re.findall(r"font(?:-size)?:[^;]*\dpx", STYLES) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_page_holds_no_inline_style_or_script(path: Path) -> None:
    found = INLINE.findall(path.read_text(encoding="utf-8"))

    assert found == []


class OneQuestion(forms.Form):
    mailbox = forms.EmailField(label="Mailbox", help_text="Never published.")
    note = forms.CharField(label="Note", required=False)


def test_a_wrong_field_names_its_help_and_its_error_to_a_screen_reader() -> None:
    with translation.override("en"):
        shown = OneQuestion({"mailbox": "nobody"})["mailbox"].as_field_group()

    described = re.findall(r'<input[^>]* aria-describedby="([^"]*)"', shown)
    assert described == ["id_mailbox_helptext id_mailbox_error"]
    assert [shown.count(f'id="{one}"') for one in described[0].split()] == [1, 1]
    assert 'aria-invalid="true"' in shown
    assert 'class="field field-wrong"' in shown


def test_the_summary_of_errors_leads_to_each_wrong_field() -> None:
    with translation.override("en"):
        shown = render_to_string("components/_error_summary.html", {"form": OneQuestion({"mailbox": ""})})

    assert re.findall(r'<li><a href="([^"]*)">([^<]*)</a>: ([^<]*)</li>', shown) == [
        ("#id_mailbox", "Mailbox", "This field is required.")
    ]


def test_a_form_without_mistakes_has_no_summary() -> None:
    assert "summary" not in render_to_string("components/_error_summary.html", {"form": OneQuestion()})


def test_the_page_of_a_fault_needs_nothing_and_speaks_three_languages() -> None:
    source = (FOLDER / "500.html").read_text(encoding="utf-8")

    assert re.findall(r"\{[{%]", source) == []
    assert re.findall(r'<section lang="(\w+)">', source) == ["kk", "ru", "en"]
