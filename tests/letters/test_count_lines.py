"""What the number of signatures counts is said in each language's own plural."""

import re

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from campaign.base.languages import LANGUAGES
from letters.signed_by import Counts


def words(**context: object) -> str:
    """The line, its numbers taken out."""
    text = render_to_string("letters/_signatory_count.html", {"frozen_count": None, "late": [], **context})
    return " ".join(re.sub(r"\d+", "#", re.sub("<[^>]+>", " ", text)).split())


def printed(number: int, unnamed: int) -> str:
    """The count line of a printed edition, its numbers taken out."""
    edition = {"addendum": 0, "count": number, "unnamed": unnamed}
    text = render_to_string("letters/_edition_signatories.html", {"edition": edition})
    return " ".join(re.sub(r"\d+", "#", re.sub("<[^>]+>", " ", text.partition('class="count"')[2])).split())


FORMS = {"kk": [1, 1, 1, 1], "en": [1, 2, 2, 2], "ru": [1, 2, 3, 1]}  # of 1, 2, 5, 21


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_that_are_spoken_alike_share_a_form_and_others_do_not(language: str) -> None:
    with override(language):
        at_delivery = [words(counts=Counts(30), frozen_count=number) for number in (1, 2, 5, 21)]
        on_paper = [printed(number, 0) for number in (1, 2, 5, 21)]

    for said in (at_delivery, on_paper):
        assert [said.index(one) for one in said] == [FORMS[language].index(form) for form in FORMS[language]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_hidden_ones_are_counted_by_the_same_rule(language: str) -> None:
    with override(language):
        said = [words(counts=Counts(30, addressee=number)) for number in (1, 2, 21)]

    assert said[0] != said[1]
    assert (said[2] == said[0]) == (language == "ru")


@pytest.mark.parametrize("language", LANGUAGES)
def test_hidden_ones_are_counted_and_nothing_is_said_where_there_are_none(language: str) -> None:
    with override(language):
        assert words(counts=Counts(26)) == ""
        assert words(counts=Counts(0)) == ""
        assert words(counts=Counts(26), frozen_count=26) == ""
        only_hidden = words(counts=Counts(2, addressee=1, counted=1))
        assert only_hidden == words(counts=Counts(26, counted=2))
        assert only_hidden.count("#") == 1


def test_both_numbers_are_said_when_they_differ_and_when_late_ones_hide_that_some_left() -> None:
    with override("en"):
        assert words(counts=Counts(25), frozen_count=26) == "# organizations at delivery, # now."
        assert words(counts=Counts(26), frozen_count=26, late=["one"]) == "# organizations at delivery, # now."
        assert words(counts=Counts(25, counted=1), frozen_count=26).count("#") == 3
