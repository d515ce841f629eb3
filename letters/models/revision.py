"""The frozen texts of a letter."""

import json

from django.db import models
from django.utils.translation import gettext_lazy as _

from letters.models.letter import Letter


class Revision(models.Model):
    """What organizations sign: three texts with one fingerprint. Written once, never changed.

    A letter has one, and one more for each erratum; `reason` says in public why, {language: text}, and is empty for the first.
    `canonical` is the canonical form itself, byte for byte what `fingerprint` is the SHA-256 of (see `docs/fingerprint.md`).
    """

    letter = models.ForeignKey(Letter, verbose_name=_("letter"), on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveSmallIntegerField(_("number"), default=1)
    canonical = models.TextField(editable=False)
    language_fingerprints = models.JSONField(editable=False)
    fingerprint = models.CharField(_("fingerprint"), max_length=64, unique=True, editable=False)
    reason = models.JSONField(_("reason of the correction"), default=dict, editable=False)
    frozen_at = models.DateTimeField(_("frozen"), editable=False)

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints = [models.UniqueConstraint(fields=["letter", "number"], name="revision_number_once")]

    def __str__(self) -> str:
        return f"{self.letter} {self.number}"

    def texts(self) -> dict[str, dict[str, str]]:
        """The frozen texts: {language: {"title", "summary", "body"}}."""
        texts: dict[str, dict[str, str]] = json.loads(self.canonical)["texts"]
        return texts

    @property
    def check_code(self) -> str:
        """The first twelve digits of the fingerprint, in groups of four: short enough to type from paper."""
        return "-".join(self.fingerprint[start : start + 4] for start in (0, 4, 8))
