"""A file that goes into a printed edition unchanged."""

from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Enclosure:
    """Its name in the PDF, and its bytes: JSON in UTF-8."""

    name: str
    content: bytes

    def description(self) -> str:
        """What it is, in the active language."""
        return {
            "letter.json": _(
                "The exact text of the letter in three languages, as its fingerprint stands for it (JSON)"
            ),
            "names.json": _("The public names as they were frozen, as their fingerprint stands for them (JSON)"),
            "register.json": _("Proofs from the public register, with its signed checkpoint (JSON)"),
        }[self.name]
