"""One checked fact about an organization or a mandate."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaign.base.plain import validate_plain_line
from signatories.models.organization import Organization
from signatories.models.representative import Mandate
from signatories.states import ANSWERS, EvidenceKind, Question

if TYPE_CHECKING:
    from campaign.base.models import User


class Evidence(models.Model):
    """What was checked, where, when and by whom; which of the three questions it answers follows from its kind. Private."""

    organization = models.ForeignKey(
        Organization, verbose_name=_("organization"), on_delete=models.PROTECT, related_name="evidence"
    )
    mandate = models.ForeignKey(
        Mandate, verbose_name=_("mandate"), null=True, on_delete=models.PROTECT, related_name="evidence"
    )
    kind = models.CharField(_("what was checked"), max_length=20, choices=EvidenceKind)
    detail = models.CharField(_("where and how"), max_length=300, validators=[validate_plain_line])
    checked_at = models.DateTimeField(_("checked"))
    checked_by: "models.ForeignKey[User | None, User | None]" = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("checked by"), null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        constraints = [
            models.CheckConstraint(
                condition=Q(mandate__isnull=False) | ~Q(kind__in=["call_back", "mandate_seen", "mandate_document"]),
                name="evidence_of_a_mandate_names_it",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.kind}"

    @property
    def answers(self) -> frozenset[Question]:
        """Which of the three questions this answers."""
        return ANSWERS[EvidenceKind(self.kind)]
