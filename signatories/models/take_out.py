"""A confidential list that leaves the site."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from letters.models import Letter
from signatories.states import TakeOutKind, TakeOutState

if TYPE_CHECKING:
    from campaign.base.models import User

TIME_TO_DECIDE = timedelta(days=3)
TIME_TO_FETCH = timedelta(days=1)


class TakeOut(models.Model):
    """One coordinator asks for a confidential list, another one agrees, and the first fetches it once. Private.

    `decided_by` is None where nobody else coordinates the issuer's letters: then it was agreed to by nobody. `filters` is the part of
    the address after the question mark that the board had.
    """

    letter = models.ForeignKey(Letter, verbose_name=_("letter"), on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("list"), max_length=20, choices=TakeOutKind)
    filters = models.CharField(max_length=1000, blank=True, editable=False)
    reason = models.CharField(_("reason"), max_length=300)
    asked_by: "models.ForeignKey[User, User]" = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked by"), on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked"))
    decided_by: "models.ForeignKey[User | None, User | None]" = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("decided by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    agreed = models.BooleanField(_("agreed"), default=False)
    fetched_at = models.DateTimeField(_("fetched"), null=True)

    class Meta:
        verbose_name = _("confidential list taken out")
        verbose_name_plural = _("confidential lists taken out")
        constraints = [
            models.CheckConstraint(condition=~Q(asked_by=models.F("decided_by")), name="take_out_of_two_people"),
            models.CheckConstraint(
                condition=Q(fetched_at=None) | Q(agreed=True, decided_at__isnull=False), name="take_out_agreed_first"
            ),
        ]

    def __str__(self) -> str:
        return f"take-out {self.pk}"

    def state(self, at: datetime) -> TakeOutState:
        """Where it stands at this moment."""
        if self.fetched_at is not None:
            return TakeOutState.FETCHED
        if self.decided_at is None:
            return TakeOutState.ASKED if at < self.asked_at + TIME_TO_DECIDE else TakeOutState.OVER
        if not self.agreed:
            return TakeOutState.REFUSED
        return TakeOutState.AGREED if at < self.decided_at + TIME_TO_FETCH else TakeOutState.OVER
