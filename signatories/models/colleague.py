"""A colleague who was asked to act for an organization."""

import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaign.base.languages import LANGUAGE_CHOICES
from signatories.models.organization import Organization
from signatories.states import Role

if TYPE_CHECKING:
    from campaign.base.models import User


def _token() -> str:
    return secrets.token_urlsafe(24)


class ColleagueInvitation(models.Model):
    """An owner asks a colleague to take a role; it counts when the colleague, signed in at that address, accepts. Private."""

    token = models.CharField(max_length=40, unique=True, default=_token, editable=False)
    organization = models.ForeignKey(
        Organization, verbose_name=_("organization"), on_delete=models.PROTECT, related_name="colleague_invitations"
    )
    email = models.EmailField(_("e-mail"), max_length=254)
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.REPRESENTATIVE)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGE_CHOICES)
    invited_by: "models.ForeignKey[User, User]" = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("invited by"), on_delete=models.PROTECT, related_name="+"
    )
    invited_at = models.DateTimeField(_("invited"))
    expires_at = models.DateTimeField(_("valid until"))
    accepted_at = models.DateTimeField(_("accepted"), null=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)

    class Meta:
        verbose_name = _("invitation of a colleague")
        verbose_name_plural = _("invitations of colleagues")

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    def is_open(self, at: datetime) -> bool:
        """Whether it can still be accepted at that moment."""
        return self.accepted_at is None and self.revoked_at is None and at < self.expires_at
