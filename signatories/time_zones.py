"""Time zones of countries, and their cities' names in three languages (tzdata 2026 `zone.tab`; Unicode CLDR 47)."""

import functools
import json
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from campaign.base.calendar import page_date
from campaign.base.languages import sort_key

_FILE = Path(__file__).parent / "data" / "time_zones.json"


@functools.cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return table


def zone_of_country(code: str) -> str:
    """The zone in which most people of this country live; that of the site where the country is unknown."""
    return next(iter(_table()["zones"].get(code, ())), settings.TIME_ZONE)


def is_zone(name: str) -> bool:
    """Whether this is a zone that can be chosen here."""
    return name in _table()["cities"]


def zone_name(zone: str, language: str) -> str:
    """The zone's city, by which people know it."""
    city: str = _table()["cities"][zone][language]
    return city


@functools.cache
@functools.cache
def zone_choices(language: str) -> list[tuple[str, str]]:
    """(zone, its city) in that language's alphabetical order, those of Kazakhstan first."""
    here = _table()["zones"]["KZ"]
    pairs = [(zone, zone_name(zone, language)) for zone in _table()["cities"]]
    return sorted(pairs, key=lambda pair: (pair[0] not in here, sort_key(pair[1], language)))


def moment_there(moment: datetime, zone: str, language: str) -> str:
    """A moment as a clock there shows it, with the zone in words; the words come in the active language."""
    there = moment.astimezone(ZoneInfo(zone))
    return _("%(day)s, %(time)s (time of %(city)s, UTC%(offset)s)") % {
        "day": page_date(there.date(), language),
        "time": f"{there:%H:%M}",
        "city": zone_name(zone, language),
        "offset": _offset(there),
    }


def _offset(there: datetime) -> str:
    """The distance from UTC as it is written: +5, −3:30."""
    sign, hours, minutes = f"{there:%z}"[0], int(f"{there:%z}"[1:3]), f"{there:%z}"[3:5]
    return f"{'−' if sign == '-' else '+'}{hours}" + (f":{minutes}" if minutes != "00" else "")
