"""Days are written as letters and pages of Kazakhstan write them."""

from datetime import UTC, date, datetime

import pytest
from django.utils import formats, translation

from campaign.base.calendar import letter_date, page_date

DAY = date(2022, 11, 18)


@pytest.mark.parametrize(
    ("language", "formal", "short"),
    [
        ("kk", "2022 жылғы 18 қараша", "2022\u202fж. 18 қараша"),
        ("ru", "18 ноября 2022 года", "18 ноября 2022 г."),
        ("en", "18 November 2022", "18 November 2022"),
    ],
)
def test_a_day_has_a_formal_and_a_short_form(language, formal, short):
    assert letter_date(DAY, language) == formal
    assert page_date(DAY, language) == short


def test_the_day_of_a_moment_is_the_day_here():
    late_in_greenwich = datetime(2022, 11, 17, 21, 0, tzinfo=UTC)

    assert letter_date(late_in_greenwich, "en") == "18 November 2022"


@pytest.mark.parametrize(
    ("language", "written", "number"),
    [
        ("kk", "18.11.2022", "1\xa0234\xa0567,89"),
        ("ru", "18.11.2022", "1\xa0234\xa0567,89"),
        ("en", "18/11/2022", "1,234,567.89"),
    ],
)
def test_pages_put_the_day_before_the_month_and_group_numbers(language, written, number):
    with translation.override(language):
        assert formats.date_format(DAY, "SHORT_DATE_FORMAT") == written
        assert formats.number_format(1234567.89, 2, force_grouping=True) == number
        assert formats.get_format("FIRST_DAY_OF_WEEK") == 1


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_templates_write_the_same_day_as_the_calendar(language):
    with translation.override(language):
        assert formats.date_format(DAY, "DATE_FORMAT") == page_date(DAY, language)


def test_a_russian_day_without_a_year_is_in_the_genitive():
    with translation.override("ru"):
        assert formats.date_format(DAY, "MONTH_DAY_FORMAT") == "18 ноября"


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_language_understands_the_days_it_writes(language):
    with translation.override(language):
        written = formats.date_format(DAY, "SHORT_DATE_FORMAT")
        read = {datetime.strptime(written, form).date() for form in formats.get_format("DATE_INPUT_FORMATS")[:1]}

    assert read == {DAY}
