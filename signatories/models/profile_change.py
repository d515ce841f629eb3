"""What the owners of a verified organization want to change of what reviewers have checked."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from signatories.models.organization import Organization

if TYPE_CHECKING:
    from campaign.base.models import User


class ProfileChange(models.Model):
    """New names, number or website of a verified organization; in force only when a reviewer has agreed. Private.

    `columns` are the changed columns of the organization, whole.
    """

    organization = models.ForeignKey(
        Organization, verbose_name=_("organization"), on_delete=models.PROTECT, related_name="profile_changes"
    )
    columns = models.JSONField(default=dict, editable=False)
    proposed_by: "models.ForeignKey[User, User]" = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("proposed by"), on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField(_("proposed"))
    decided_by: "models.ForeignKey[User | None, User | None]" = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("decided by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    accepted = models.BooleanField(_("accepted"), null=True)

    class Meta:
        verbose_name = _("change of a profile")
        verbose_name_plural = _("changes of profiles")
        constraints = [
            models.UniqueConstraint(
                fields=["organization"], condition=Q(decided_at=None), name="profile_change_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"change {self.pk}"
