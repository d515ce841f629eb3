"""What is found while a folder is read: problems, for which it is refused, and repairs, of which a person is told.

Every problem is collected, with its file and line, so that a folder is mended in one go.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaign.base.canonical import Repair
from campaign.base.errors import Refusal


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a folder was not taken: where, and a sentence. `line` counts from 1; 0 where the whole file is meant."""

    file: str
    line: int
    reason: str | Promise
    facts: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        place = _("%(file)s, line %(line)s: %(problem)s") if self.line else _("%(file)s: %(problem)s")
        return str(place) % {"file": self.file, "line": self.line, "problem": str(self.reason) % self.facts}


class FolderRefused(Refusal):
    """A letter's folder was not taken; `problems` are all that were found."""

    reason = _("The letter was not taken, and nothing was changed. Correct this and try again:\n%(problems)s")

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__()

    def __str__(self) -> str:
        return str(self.reason) % {"problems": "\n".join(map(str, self.problems))}


@dataclass(frozen=True, slots=True)
class Notice:
    """A word in which Latin look-alikes were repaired."""

    file: str
    repair: Repair

    def __str__(self) -> str:
        facts = {"file": self.file, "line": self.repair.line, "found": self.repair.found, "now": self.repair.repaired}
        return str(_NOTICE) % facts


_NOTICE = _("%(file)s, line %(line)s: “%(found)s” held Latin letters and is now “%(now)s”, all in Cyrillic.")


class Findings:
    """Collects problems and notices while the files are read."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.notices: list[Notice] = []

    def refuse(self, file: str, line: int, reason: str | Promise, /, **facts: object) -> None:
        """Note a problem: its place, and its sentence with the facts that it names."""
        self.problems.append(Problem(file, line, reason, facts))
