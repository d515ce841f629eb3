"""An office or official in a letter."""

from typing import Any, TypedDict

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaign.base.plain import validate_plain_line
from letters.models.letter import Letter
from letters.models.office import Office
from letters.states import RecipientRole

LINE = [validate_plain_line]


class Block(TypedDict):
    """How a recipient is addressed in one language."""

    lines: list[str]
    salutation: str
    named: str


class Recipient(models.Model):
    """One addressee of a letter, ranked, grouped and ordered.

    `block` is the frozen copy made at opening: {language: Block}; empty in a draft.
    """

    letter = models.ForeignKey(Letter, verbose_name=_("letter"), on_delete=models.CASCADE, related_name="recipients")
    role = models.CharField(_("rank"), max_length=2, choices=RecipientRole)
    group = models.CharField(_("group"), max_length=120, blank=True, validators=LINE)
    order = models.PositiveSmallIntegerField(_("order"))
    office = models.ForeignKey(Office, verbose_name=_("office"), on_delete=models.PROTECT, related_name="+")
    holder_name = models.CharField(_("holder"), max_length=200, blank=True, validators=LINE)
    holder_addressee = models.CharField(_("holder as addressed"), max_length=200, blank=True, validators=LINE)
    holder_salutation = models.CharField(_("salutation"), max_length=200, blank=True, validators=LINE)
    block = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        constraints = [
            models.UniqueConstraint(
                fields=["letter", "office"],
                name="recipient_office_once",
                violation_error_message=_("This office is already a recipient."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letter} {self.order}"

    def demand_numbers(self) -> list[int]:
        """Numbers of the demands that are addressed to it; none where that was not said."""
        return sorted(demand.number for demand in self.demands.all())

    def current_block(self, language: str) -> Block:
        """Address lines in the right grammatical form, salutation, and the nominative for lists, from today's directory."""
        name, addressee = (getattr(self, f"holder_{part}_{language}") or "" for part in ("name", "addressee"))
        form = "addressee_with_person" if addressee or name else "addressee_alone"
        lines = [
            getattr(self.office, f"{form}_{language}"),
            addressee or name,
            getattr(self.office, f"address_{language}") or "",
        ]
        salutation = getattr(self, f"holder_salutation_{language}") or getattr(self.office, f"salutation_{language}")
        named = ", ".join(part for part in (getattr(self.office, f"name_{language}"), name) if part)
        return {"lines": [line for line in lines if line], "salutation": salutation, "named": named}

    def block_in(self, language: str) -> Block:
        """The frozen block, or in a draft what it would be now."""
        frozen: Any = self.block.get(language)
        return frozen or self.current_block(language)

    def named_in(self, language: str) -> str:
        """Office and holder in the nominative."""
        return self.block_in(language)["named"]
