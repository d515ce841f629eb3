"""Names of countries in three languages (Unicode CLDR 47, two-letter codes of ISO 3166-1; corrected where usage here differs)."""

import functools
import json
from pathlib import Path

from campaign.base.languages import sort_key

_FILE = Path(__file__).parent / "data" / "countries.json"


@functools.cache
def _names() -> dict[str, dict[str, str]]:
    names: dict[str, dict[str, str]] = json.loads(_FILE.read_text(encoding="utf-8"))
    return names


def country_name(code: str, language: str) -> str:
    """The country's name; empty for an empty or unknown code."""
    return _names().get(code, {}).get(language, "")


@functools.cache
def country_choices(language: str) -> list[tuple[str, str]]:
    """(code, name) in that language's alphabetical order, Kazakhstan first."""
    pairs = [(code, names[language]) for code, names in _names().items()]
    return sorted(pairs, key=lambda pair: (pair[0] != "KZ", sort_key(pair[1], language)))
