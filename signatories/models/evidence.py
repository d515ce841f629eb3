"""One checked fact about an organization or a mandate."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaign.base.plain import validate_plain_line
from signatories.models.organization import Organization
from signatories.models.representative import Mandate
from signatories.policy import RULES, holds
from signatories.states import EvidenceKind, Outcome, Question

if TYPE_CHECKING:
    from campaign.base.models import User


class Evidence(models.Model):
    """What was checked, where, when and by whom; which of the three questions it answers follows from its kind. Private.

    `public_fact` is the one word of it that may be shown, such as a domain; what the public sentence says besides follows from kind
    and day. Valid until `valid_until`; None: without end. A document is kept apart from public files and deleted after the decision.
    """

    organization = models.ForeignKey(
        Organization, verbose_name=_("organization"), on_delete=models.PROTECT, related_name="evidence"
    )
    mandate = models.ForeignKey(
        Mandate, verbose_name=_("mandate"), null=True, on_delete=models.PROTECT, related_name="evidence"
    )
    kind = models.CharField(_("what was checked"), max_length=30, choices=EvidenceKind)
    result = models.CharField(_("result"), max_length=10, choices=Outcome, default=Outcome.PASSED)
    public_fact = models.CharField(
        _("what may be shown of it"), max_length=300, blank=True, validators=[validate_plain_line]
    )
    detail = models.CharField(_("where and how"), max_length=300, validators=[validate_plain_line])
    checked_at = models.DateTimeField(_("checked"))
    valid_until = models.DateTimeField(_("valid until"), null=True)
    document = models.FileField(_("document"), upload_to="evidence/", max_length=200, blank=True)
    document_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    checked_by: "models.ForeignKey[User | None, User | None]" = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("checked by"), null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        constraints = [
            models.CheckConstraint(
                condition=Q(mandate__isnull=False)
                | ~Q(kind__in=["call_back", "mandate_seen", "mandate_document", "eds", "paper_original"]),
                name="evidence_of_a_mandate_names_it",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.kind}"

    def holds(self, at: datetime) -> bool:
        """Whether it was passed and is still valid at that moment."""
        return holds(self, at)

    @property
    def answers(self) -> frozenset[Question]:
        """Which of the three questions this kind answers."""
        return RULES[EvidenceKind(self.kind)].answers
