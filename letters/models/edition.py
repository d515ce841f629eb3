"""What is printed: the frozen signatory list and the editions made from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaign.base.jobs import WaitingRow
from campaign.base.languages import LANGUAGE_CHOICES, LANGUAGES, sort_key
from letters.models.recipient import Recipient
from letters.models.revision import Revision

Row = dict[str, Any]

BOUND = "mul"  # all languages bound in one file; ISO 639-2: multiple languages


@dataclass(frozen=True, slots=True)
class Shown:
    """What one edition shows of a frozen list: names for everybody, names for the addressee alone, and how many unnamed."""

    public: list[Row]
    addressee: list[Row]
    unnamed: int


class SignatoryList(models.Model):
    """The names under a revision as they were at one moment: {language: [{"name", "abbreviation", "place"}]}, in order.
    Who signed an earlier text than the printed one has its number beside it, as `revision`.

    Number 0 is the list at closing; 1, 2 … are addenda with those that came later. `names` are public; `addressee_names`, of the same
    form, stand in the editions of addressees alone. `count` counts all: public, for the addressee only, and counted only.

    `members` holds the permanent public ids: {"names": {language: [id]}, "addressee_names": …} in the order of the names,
    "counted": [id], and "entries": the numbers of the register entries of all; for an annex "consents": {id: {"consented_on", "source", "entry"}}. `salt` is 64 hexadecimal digits under the
    fingerprint, so that nobody can guess a name that was hidden before publication and try it. `hidden` holds those who chose to be seen less since then: {id: whether the addressee still sees the name}.
    """

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="signatory_lists")
    number = models.PositiveSmallIntegerField(_("number"), default=0)
    names = models.JSONField()
    addressee_names = models.JSONField(default=dict)
    members = models.JSONField(default=dict, editable=False)
    hidden = models.JSONField(default=dict, editable=False)
    count = models.PositiveIntegerField(_("count"))
    salt = models.CharField(max_length=64, blank=True, editable=False)
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    closed_at = models.DateTimeField(_("closed"))

    class Meta:
        verbose_name = _("signatory list")
        verbose_name_plural = _("signatory lists")
        constraints = [models.UniqueConstraint(fields=["revision", "number"], name="signatory_list_number_once")]

    def __str__(self) -> str:
        return f"{self.revision}: {self.count}"

    def frozen_names(self) -> Any:
        """What the fingerprint stands for, as `docs/fingerprint.md` writes it; lists of before the salt have none."""
        return {"names": self.names, "salt": self.salt} if self.salt else self.names

    def ids(self) -> set[str]:
        """The public ids of all that it counts."""
        named = (self.members.get(kind, {}).get(LANGUAGES[0], []) for kind in ("names", "addressee_names"))
        return {key for keys in (*named, self.members.get("counted", [])) for key in keys}

    def entries(self) -> list[int]:
        """The numbers of the register entries of all that it counts, in their order."""
        numbers: list[int] = self.members.get("entries", [])
        return numbers

    @property
    def named(self) -> int:
        """How many it names in public."""
        return len(self.names[LANGUAGES[0]])

    def shown(self, language: str, *, to_addressee: bool) -> Shown:
        """The names in this language that an edition made now would show."""
        rows = self._rows("names", language)
        public = [row for key, row in rows if key not in self.hidden]
        addressee: list[Row] = []
        if to_addressee:
            addressee = [row for key, row in self._rows("addressee_names", language) if key not in self.hidden]
            addressee += [row for key, row in rows if self.hidden.get(key)]
            addressee.sort(key=lambda row: sort_key(row["name"], language))
        return Shown(public, addressee, self.count - len(public) - len(addressee))

    def _rows(self, kind: str, language: str) -> list[tuple[str, Row]]:
        """Names with their keys; in lists that were frozen without ids the name itself is the key."""
        rows: Sequence[Row] = getattr(self, kind).get(language, [])
        keys = self.members.get(kind, {}).get(language) or [row["name"] for row in rows]
        consents: dict[str, Row] = self.members.get("consents", {})
        return [(key, row | consents.get(key, {})) for key, row in zip(keys, rows, strict=True)]


class Edition(WaitingRow):
    """The exact PDF: one revision, one recipient, one language (or all, bound), one frozen list. Without a recipient it is the public one.

    A waiting row: `payload` says everything that is printed; the file, its hashes and its register entry come with it.
    """

    revision = models.ForeignKey(
        Revision, verbose_name=_("revision"), on_delete=models.PROTECT, related_name="editions"
    )
    recipient = models.ForeignKey(
        Recipient, verbose_name=_("recipient"), null=True, on_delete=models.PROTECT, related_name="editions"
    )
    language = models.CharField(
        _("language"), max_length=3, choices=[*LANGUAGE_CHOICES, (BOUND, _("in three languages"))]
    )
    addendum = models.PositiveSmallIntegerField(_("addendum"), default=0, help_text=_("0 for the letter itself."))
    payload = models.TextField(editable=False)
    file = models.FileField(_("file"), upload_to="editions/", max_length=200, blank=True)
    size = models.PositiveIntegerField(_("size"), null=True)
    pages = models.PositiveSmallIntegerField(_("pages"), null=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    unsigned_sha256 = models.CharField(max_length=64, blank=True)
    printed_at = models.DateTimeField(_("printed"), null=True)
    stamped_until = models.DateTimeField(_("archive time stamp valid until"), null=True, editable=False)

    class Meta(WaitingRow.Meta):
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        constraints = [
            models.UniqueConstraint(fields=["revision", "recipient", "language", "addendum"], name="edition_once"),
            models.UniqueConstraint(
                fields=["revision", "language", "addendum"], condition=Q(recipient=None), name="public_edition_once"
            ),
            models.CheckConstraint(condition=~Q(state="done") | ~Q(sha256=""), name="printed_edition_has_its_hash"),
        ]

    def __str__(self) -> str:
        return f"{self.revision} {self.language} {self.recipient_id or '–'}"


class ArchiveCopy(models.Model):
    """An edition with a newer archive time stamp behind it; all bytes of the edition stand unchanged at its beginning."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="archive_copies")
    file = models.FileField(_("file"), upload_to="editions/", max_length=200)
    size = models.PositiveIntegerField(_("size"))
    sha256 = models.CharField("SHA-256", max_length=64, unique=True)
    stamped_at = models.DateTimeField(_("archive time stamp renewed"))

    class Meta:
        verbose_name = _("archive copy")
        verbose_name_plural = _("archive copies")
        ordering = ["stamped_at", "pk"]

    def __str__(self) -> str:
        return f"{self.edition} {self.stamped_at:%Y-%m-%d}"
