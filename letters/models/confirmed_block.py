"""Blocks of a draft that say the same in three languages, as somebody found."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from letters.models.letter import Letter

if TYPE_CHECKING:
    from campaign.base.models import User


class ConfirmedBlock(models.Model):
    """Three texts that a coordinator compared: {language: Markdown}. When one of them changes in the letter, the others are stale."""

    letter = models.ForeignKey(
        Letter, verbose_name=_("letter"), on_delete=models.CASCADE, related_name="confirmed_blocks"
    )
    key = models.CharField(max_length=64, editable=False)
    texts = models.JSONField(editable=False)
    by: "models.ForeignKey[User, User]" = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("confirmed by"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("confirmed"))

    class Meta:
        verbose_name = _("confirmed block")
        verbose_name_plural = _("confirmed blocks")
        constraints = [models.UniqueConstraint(fields=["letter", "key"], name="block_confirmed_once")]

    def __str__(self) -> str:
        return f"{self.letter} {self.key[:8]}"
