"""Texts are cleaned once and hashed for ever; Latin look-alikes are repaired with notice."""

import json
import time
import unicodedata

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from campaign.base.canonical import (
    Repair,
    TextRefused,
    TooManyMarks,
    canonical_json,
    clean_text,
    fingerprint,
    repair_look_alikes,
)

MIXED = st.text(alphabet="abəƏiIhHәіһқұНн \n@[^].:/«»", max_size=60)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(codec="ascii"), max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


def test_a_text_is_composed_and_loses_trailing_spaces_and_windows_lines():
    assert clean_text("\n\nи\u0306од  \r\n\u00a0x\u00a0\n\n") == "йод\n\u00a0x"


@given(st.text())
def test_cleaning_twice_changes_nothing(text):
    try:
        cleaned = clean_text(text)
    except TextRefused:
        return

    assert clean_text(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\0", "U+0000 NUL"),
        ("\t", "U+0009 TAB"),
        ("\r", "U+000D CARRIAGE RETURN"),
        ("\x85", "U+0085"),
        ("\u200b", "U+200B ZERO WIDTH SPACE"),
        ("\u202e", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("\u2066", "U+2066 LEFT-TO-RIGHT ISOLATE"),
        ("\u2028", "U+2028 LINE SEPARATOR"),
        ("\ud800", "U+D800"),
        ("\ue000", "U+E000"),
        ("\U000e0041", "U+E0041 TAG LATIN CAPITAL LETTER A"),
        ("\u0378", "U+0378"),
    ],
)
def test_an_unseen_character_is_refused_with_its_name_and_line(character, name):
    with pytest.raises(TextRefused) as refused:
        clean_text(f"бір\r\nекі{character}үш")

    assert refused.value.facts == {"line": 2, "character": name}
    assert refused.value.line == 2


def test_the_refusal_is_a_sentence_that_names_character_and_line():
    with (
        translation.override("en"),
        pytest.raises(TextRefused, match=r"line 1 holds the character U\+202E RIGHT-TO-LEFT"),
    ):
        clean_text("a\u202eb")


def test_a_pile_of_marks_is_refused_and_four_are_not():
    assert clean_text("x" + "\u0316" * 4)

    with pytest.raises(TooManyMarks):
        clean_text("x" + "\u0316" * 5)


def test_marks_that_only_composing_brings_forth_are_refused():
    with pytest.raises(TooManyMarks):
        clean_text("x" + "\u0344" * 3)


def test_half_a_million_marks_are_refused_at_once():
    started = time.perf_counter()

    with pytest.raises(TooManyMarks):
        clean_text("x" + "\u0301\u0316" * 250_000)

    assert time.perf_counter() - started < 2


def test_kazakh_letters_soft_hyphens_and_emoji_pass():
    text = "әғқңөұүһі ӘҒҚҢӨҰҮҺІ мем\u00adлекет 🕊"

    assert clean_text(text) == text


@given(VALUES)
def test_equal_values_give_equal_bytes_in_any_order_of_keys(value):
    written = canonical_json(value)

    assert json.loads(written) == value
    assert canonical_json(json.loads(written)) == written
    assert canonical_json(_reversed(value)) == written


def _reversed(value):
    if isinstance(value, dict):
        return {key: _reversed(value[key]) for key in reversed(value)}
    return [_reversed(item) for item in value] if isinstance(value, list) else value


def test_the_form_is_sorted_tight_and_unescaped():
    assert canonical_json({"b": (1, None, True), "a": "Ә\n"}) == '{"a":"Ә\\n","b":[1,null,true]}'.encode()


@pytest.mark.parametrize("value", [1.0, {"a": b""}, [{1}], {1: 2}])
def test_what_has_no_canonical_form_is_a_type_error(value):
    with pytest.raises(TypeError):
        canonical_json(value)


@pytest.mark.parametrize("value", [2**53, -(2**53), {"ә": 1}, "\ud800"])
def test_what_other_programs_would_read_otherwise_is_a_value_error(value):
    with pytest.raises(ValueError):
        canonical_json(value)


def test_a_fingerprint_is_sha256_over_domain_nul_and_form():
    # printf 'qoltanba/test/v1\0{"a":1}' | sha256sum
    assert (
        fingerprint("qoltanba/test/v1", {"a": 1}) == "405a35c7cec75a68b017306ff48aeecf78f5a0f3fe7e40668354e53f5e2173cb"
    )
    assert fingerprint("qoltanba/other/v1", {"a": 1}) != fingerprint("qoltanba/test/v1", {"a": 1})


@pytest.mark.parametrize(
    ("found", "repaired"),
    [
        ("негiзгi", "негізгі"),
        ("əкiмшiлiк", "әкімшілік"),
        ("жəне", "және"),
        ("əлi", "әлі"),
        ("гауhар", "гауһар"),
        ("Əдiлет", "Әділет"),
        ("Iле", "Іле"),
        ("ЖАHАНДЫҚ", "ЖАҺАНДЫҚ"),
        ("ҚАЗАҚСТАHДА", "ҚАЗАҚСТАНДА"),
    ],
)
def test_latin_letters_inside_a_cyrillic_word_are_repaired_with_notice(found, repaired):
    text = f"Бірінші жол\nекінші «{found}», соңы"

    assert repair_look_alikes(text) == (text.replace(found, repaired), (Repair(found, repaired, 2),))


@pytest.mark.parametrize(
    "text",
    [
        "Hi, iPhone əəə",
        "SMSтің VIIIғасыр",
        "https://негiзгi.kz/негiзгi",
        "www.негiзгi.kz",
        "негiзгi@негiзгi.kz",
        "сөз[^негiзгi] және",
        "II-тарау",
    ],
)
def test_latin_words_addresses_and_labels_stay(text):
    assert repair_look_alikes(text) == (text, ())


@given(MIXED)
def test_repairing_twice_changes_nothing(text):
    repaired, _repairs = repair_look_alikes(text)

    assert repair_look_alikes(repaired) == (repaired, ())
    assert len(repaired) == len(text)


@pytest.mark.parametrize("piece", ["a", "ә", "əб ", "@", "a@", "[^", "www.", "https://a"])
def test_a_long_text_is_repaired_in_no_time(piece):
    started = time.perf_counter()

    repair_look_alikes(piece * (200_000 // len(piece)))

    assert time.perf_counter() - started < 2
