"""What can be done to the directory of offices."""

import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction

from campaign.base import freshness
from campaign.base.languages import LANGUAGES
from letters.models import Office

SEED = Path(__file__).parent.parent / "data" / "offices.toml"
TRANSLATED = ("name", "short_name", "body", "addressee_with_person", "addressee_alone", "salutation", "address")


@transaction.atomic
def seed_offices(file: Path = SEED) -> tuple[int, int]:
    """Bring the directory up to the seed data: new offices are added, an office that is there stays as it was edited.

    :returns: how many were added, and how many were there.
    """
    rows: list[dict[str, Any]] = tomllib.loads(file.read_text(encoding="utf-8"))["office"]
    there = set(Office.objects.values_list("key", flat=True))
    new = [row for row in rows if row["key"] not in there]
    for row in new:
        Office.objects.create(**_columns(row))
    for row in new:
        if "successor" in row:
            Office.objects.filter(key=row["key"]).update(successor=Office.objects.get(key=row["successor"]))
    freshness.raise_version()
    return len(new), len(rows) - len(new)


def _columns(row: dict[str, Any]) -> dict[str, Any]:
    plain = {name: row.get(name) for name in ("key", "kind", "order", "valid_from", "valid_to")}
    return plain | {
        f"{field}_{language}": row[language].get(field, "") for field in TRANSLATED for language in LANGUAGES
    }
