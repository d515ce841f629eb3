"""Deadlines are told in the time of the reader, with the zone in words."""

from datetime import UTC, datetime
from zoneinfo import available_timezones

import pytest
from django.utils import translation

from campaign.base.languages import LANGUAGES
from signatories.countries import country_choices
from signatories.time_zones import is_zone, moment_there, zone_choices, zone_name, zone_of_country

MOMENT = datetime(2026, 12, 10, 18, 45, tzinfo=UTC)


@pytest.mark.parametrize(
    ("country", "zone"),
    [
        *(("KZ", "Asia/Almaty"), ("RU", "Europe/Moscow"), ("UA", "Europe/Kyiv"), ("US", "America/New_York")),
        *(("UZ", "Asia/Tashkent"), ("BV", "Asia/Almaty"), ("", "Asia/Almaty")),
    ],
)
def test_a_country_has_the_zone_of_most_of_its_people(country: str, zone: str) -> None:
    assert zone_of_country(country) == zone


def test_every_country_has_a_zone_that_exists_and_is_named_in_each_language() -> None:
    zones = {zone_of_country(code) for code, _name in country_choices("en")} | {zone for zone, _ in zone_choices("kk")}

    assert zones <= available_timezones()
    assert all(is_zone(zone) for zone in zones)
    assert all(zone_name(zone, language) for zone in zones for language in LANGUAGES)
    assert zone_choices("kk")[0] == ("Asia/Aqtau", "Ақтау")


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Asia/Almaty", "10 December 2026, 23:45 (time of Almaty, UTC+5)"),
        ("Asia/Tokyo", "11 December 2026, 03:45 (time of Tokyo, UTC+9)"),
        ("America/St_Johns", "10 December 2026, 15:15 (time of St John’s, UTC−3:30)"),
        ("Europe/London", "10 December 2026, 18:45 (time of London, UTC+0)"),
    ],
)
def test_a_moment_is_told_as_a_clock_there_shows_it(zone: str, words: str) -> None:
    with translation.override("en"):
        assert moment_there(MOMENT, zone, "en") == words


def test_the_day_and_the_city_come_in_the_language_of_the_reader() -> None:
    assert moment_there(MOMENT, "Europe/Vienna", "kk").startswith("2026\u202fж. 10 желтоқсан, 19:45 (")
    assert "Вена" in moment_there(MOMENT, "Europe/Vienna", "kk")
    assert moment_there(MOMENT, "Asia/Oral", "ru").startswith("10 декабря 2026 г., 23:45 (")
