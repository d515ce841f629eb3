"""One table of the description and its values, each checked and cleaned as it is asked for."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaign.base.canonical import Repair, repair_look_alikes
from campaign.base.errors import Refusal
from campaign.base.languages import LANGUAGES
from campaign.base.plain import clean_line
from letters.folder.contents import DESCRIPTION, LONGEST
from letters.folder.errors import Findings, Notice
from letters.folder.toml import Place

_FIRST_YEAR, _LAST_YEAR = 1991, 2100
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SLUG_REFUSED = _("“%(key)s” holds something other than small Latin letters, digits and single hyphens between them.")


class Table:
    """One table of the description. Says what is unknown, missing or of a wrong type; such values read as empty."""

    def __init__(
        self,
        findings: Findings,
        data: object,
        place: Place,
        lines: Mapping[Place, int],
        source: str,
        *,
        required: Iterable[str],
        optional: Iterable[str] = (),
    ) -> None:
        self.findings, self.place, self.lines, self.source = findings, place, lines, source
        self.data: dict[str, Any] = data if isinstance(data, dict) else {}
        if not isinstance(data, dict):
            self._refuse_here(_("“%(key)s” is not a table."), key=self.name())
            return
        for key in required:
            if key not in self.data:
                self._refuse_here(_("“%(key)s” is missing."), key=self.name(key))
        for key in self.data.keys() - {*required, *optional}:
            self.refuse(key, _("“%(key)s” is not known here."))

    def name(self, key: str = "") -> str:
        """The dotted name of a key, as a person would write it."""
        return ".".join(str(part) for part in (*self.place, key) if isinstance(part, str) and part)

    def line(self, key: str = "") -> int:
        """The line of a key, or of the nearest table around it."""
        place: Place = (*self.place, key) if key else self.place
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def refuse(self, key: str, reason: str | Promise, *, line: int = 0, **facts: object) -> None:
        self.findings.refuse(DESCRIPTION, line or self.line(key), reason, key=self.name(key), **facts)

    def _refuse_here(self, reason: str | Promise, **facts: object) -> None:
        self.findings.refuse(DESCRIPTION, self.line(), reason, **facts)

    def table(self, key: str, required: Iterable[str], optional: Iterable[str] = ()) -> "Table":
        """A table within this one; a missing one reads as empty, and is said once."""
        place = (*self.place, key)
        if key not in self.data:
            return Table(self.findings, {}, place, self.lines, self.source, required=())
        return Table(
            self.findings, self.data[key], place, self.lines, self.source, required=required, optional=optional
        )

    def tables(self, key: str, required: Iterable[str], optional: Iterable[str] = ()) -> "list[Table]":
        """An array of tables."""
        rows = self.data.get(key, [])
        if not isinstance(rows, list) or (key in self.data and not rows):
            self.refuse(key, _("“%(key)s” is no list of tables."))
            return []
        return [
            Table(
                self.findings,
                row,
                (*self.place, key, index),
                self.lines,
                self.source,
                required=required,
                optional=optional,
            )
            for index, row in enumerate(rows)
        ]

    def text(self, key: str, limit: int) -> str:
        """A text of one line, cleaned and repaired; empty when absent."""
        return self.clean(key, self.data[key], limit) if key in self.data else ""

    def clean(self, key: str, value: object, limit: int, *, line: int = 0) -> str:
        """A value as a text of one line; empty when it was refused."""
        if not isinstance(value, str):
            self.refuse(key, _("“%(key)s” is not a text in quotation marks."), line=line)
            return ""
        try:
            text, repairs = repair_look_alikes(clean_line(value, limit))
        except Refusal as refusal:
            self.refuse(key, refusal.reason, line=line, **{k: v for k, v in refusal.facts.items() if k != "line"})
            return ""
        line = line or self.line(key)
        self.findings.notices += [Notice(DESCRIPTION, Repair(r.found, r.repaired, line)) for r in repairs]
        if not text:
            self.refuse(key, _("“%(key)s” is empty."), line=line)
        return text

    def texts(self, key: str, limit: int) -> dict[str, str]:
        """A text in every language; empty when absent."""
        if key not in self.data:
            return {}
        table = self.table(key, LANGUAGES)
        return {language: table.text(language, limit) for language in LANGUAGES}

    def slug(self, key: str) -> str:
        slug = self.text(key, LONGEST["slug"])
        if slug and not SLUG.fullmatch(slug):
            self.refuse(key, SLUG_REFUSED)
        return slug

    def choice(self, key: str, choices: Iterable[str]) -> str:
        """One of the choices; empty when absent or refused."""
        value = self.text(key, LONGEST["slug"])
        allowed = list(choices)
        if not value or value in allowed:
            return value
        self.refuse(key, _("“%(key)s” is “%(value)s”; it can be %(choices)s."), value=value, choices=", ".join(allowed))
        return ""

    def email(self, key: str) -> str:
        address = self.text(key, LONGEST["email"])
        try:
            _validate_email(address or "nobody@example.org")
        except ValidationError:
            self.refuse(key, _("“%(key)s” is not an e-mail address."))
        return address

    def numbers(self, key: str, most: int) -> tuple[int, ...]:
        """A list of different numbers from 1 to `most`; empty when absent or refused."""
        values = self.data.get(key, [])
        if not isinstance(values, list) or not all(type(value) is int for value in values):
            self.refuse(key, _("“%(key)s” is no list of numbers such as [1, 3]."))
        elif len(set(values)) < len(values) or not all(1 <= value <= most for value in values):
            self.refuse(key, _("“%(key)s” names a number twice, or one that is not among 1 to %(most)s."), most=most)
        else:
            return tuple(values)
        return ()

    def moment(self, key: str) -> datetime | None:
        """A moment with its offset from UTC; None when absent or refused."""
        value = self.data.get(key)
        if value is None:
            return None
        if not isinstance(value, datetime):
            self.refuse(key, _("“%(key)s” is not a day and time such as 2022-11-04T09:00:00+06:00."))
        elif value.tzinfo is None:
            self.refuse(key, _("“%(key)s” does not say its offset from UTC. Add it, such as +05:00."))
        elif not _FIRST_YEAR <= value.year <= _LAST_YEAR:
            self.refuse(key, _("The year of “%(key)s” is not possible."))
        else:
            return value
        return None


def _validate_email(address: str) -> None:
    """Django's check, without the local names and bare IP addresses that it lets through."""
    EmailValidator(allowlist=[])(address)
    if "[" in address or not address.isascii():
        raise ValidationError("domain")
