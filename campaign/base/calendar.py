"""Days as letters and pages write them, in three languages.

The forms are those of Kazakhstan's official texts: «2022 жылғы 18 қараша»; on pages the shorter form of CLDR, with a narrow
space that keeps «2022 ж.» on one line.
"""

from datetime import date, datetime

from django.utils import timezone

_MONTHS = {
    "kk": [
        "қаңтар",
        "ақпан",
        "наурыз",
        "сәуір",
        "мамыр",
        "маусым",
        "шілде",
        "тамыз",
        "қыркүйек",
        "қазан",
        "қараша",
        "желтоқсан",
    ],
    "ru": [
        "января",
        "февраля",
        "марта",
        "апреля",
        "мая",
        "июня",
        "июля",
        "августа",
        "сентября",
        "октября",
        "ноября",
        "декабря",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}
_LETTER_FORMS = {"kk": "{year} жылғы {day} {month}", "ru": "{day} {month} {year} года", "en": "{day} {month} {year}"}
_PAGE_FORMS = {"kk": "{year}\u202fж. {day} {month}", "ru": "{day} {month} {year} г.", "en": "{day} {month} {year}"}


def letter_date(day: date, language: str) -> str:
    """The formal date of a letter: «2022 жылғы 18 қараша», «18 ноября 2022 года», “18 November 2022”."""
    return _written(_LETTER_FORMS[language], _day_of(day), _MONTHS[language])


def page_date(day: date, language: str) -> str:
    """The date as pages show it: «2022 ж. 18 қараша», «18 ноября 2022 г.», “18 November 2022”."""
    return _written(_PAGE_FORMS[language], _day_of(day), _MONTHS[language])


def _written(form: str, day: date, months: list[str]) -> str:
    return form.format(year=day.year, month=months[day.month - 1], day=day.day)


def _day_of(day: date) -> date:
    """The day here, where a moment was given."""
    return timezone.localtime(day).date() if isinstance(day, datetime) else day
