"""Who is asked to sign a letter, what came of it, and how often they are reminded. Private."""

import secrets
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaign.base.errors import MoveRefused
from campaign.base.languages import LANGUAGE_CHOICES
from campaign.base.plain import validate_plain_line
from letters.models import Letter
from signatories.models.organization import Organization
from signatories.models.signature import Signature
from signatories.states import INVITATION_REACHED_FROM, UNANSWERED_STATES, InvitationState, OrganizationKind

if TYPE_CHECKING:
    from campaign.base.models import User

LINE = [validate_plain_line]


def _token() -> str:
    return secrets.token_urlsafe(24)


def default_days_before() -> list[int]:
    """A week, and the day before."""
    return [7, 1]


def default_days_before_closing() -> list[int]:
    """The day before."""
    return [1]


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Filters of invitations."""

    def unanswered(self) -> Self:
        """Those that were sent and neither signed, declined nor came back."""
        return self.filter(state__in=UNANSWERED_STATES)

    def for_mailbox(self, email: str) -> Self:
        """Those that went to this address."""
        return self.filter(email=email.strip().lower())


class Invitation(models.Model):
    """One organization that is asked to sign one letter, by one person's mailbox.

    `token` is its personal address: whoever has it reads the letter and may answer, so it tells nothing of the mailbox or of the
    contact. `reminded` names the reminders of the plan that were sent, each at most once.
    """

    letter = models.ForeignKey(Letter, verbose_name=_("letter"), on_delete=models.PROTECT, related_name="+")
    token = models.CharField(max_length=40, unique=True, default=_token, editable=False)
    name = models.CharField(_("organization"), max_length=300, validators=LINE)
    folded = models.CharField(max_length=300, editable=False)
    email = models.EmailField(_("e-mail"), max_length=254)
    contact_name = models.CharField(_("contact"), max_length=200, blank=True, validators=LINE)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGE_CHOICES)
    country = models.CharField(_("country"), max_length=2, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=OrganizationKind, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True, validators=LINE)
    time_zone = models.CharField(_("time zone"), max_length=40)
    organization = (
        models.ForeignKey(  # the name was given with the invitation: nothing is lost with an unclaimed row of the list
            Organization,
            verbose_name=_("organization in the list"),
            null=True,
            on_delete=models.SET_NULL,
            related_name="invitations",
        )
    )
    owner: "models.ForeignKey[User | None, User | None]" = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who talks to them"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    state = models.CharField(_("state"), max_length=12, choices=InvitationState, default=InvitationState.PREPARED)
    reason = models.TextField(_("reason"), max_length=1000, blank=True)
    signature = models.ForeignKey(
        Signature, verbose_name=_("signature"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    reminded = models.JSONField(default=list, editable=False)
    next_reminder_at = models.DateTimeField(_("next reminder"), null=True)
    created_at = models.DateTimeField(_("created"))
    invited_at = models.DateTimeField(_("invited"), null=True)
    seen_at = models.DateTimeField(_("seen"), null=True)
    answered_at = models.DateTimeField(_("answered"), null=True)
    bounced_at = models.DateTimeField(_("bounced"), null=True)
    stopped_at = models.DateTimeField(_("reminders stopped"), null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(fields=["letter", "email"], name="mailbox_invited_once"),
            models.CheckConstraint(
                condition=Q(state="signed", signature__isnull=False) | ~Q(state="signed"), name="signed_by_a_signature"
            ),
            models.CheckConstraint(
                condition=Q(state="prepared") | Q(state="signed") | Q(invited_at__isnull=False),
                name="invitation_was_sent",
            ),
        ]
        indexes = [
            models.Index(fields=["letter", "state"], name="invitation_board"),
            models.Index(
                fields=["next_reminder_at"], name="invitation_due", condition=Q(next_reminder_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    def is_unanswered(self) -> bool:
        """Whether it was sent and neither signed, declined nor came back."""
        return self.state in UNANSWERED_STATES

    def move(self, to: InvitationState, **fields: Any) -> None:
        """Move the invitation, writing the given columns with it. The database decides between two who press at once.

        :raises MoveRefused: the invitation is, by now, somewhere else.
        """
        row: Any = Invitation.objects.filter(pk=self.pk, state__in=INVITATION_REACHED_FROM[to])
        if not row.update(state=to, **fields):
            self.refresh_from_db(fields=["state"])
            raise MoveRefused(now=self.get_state_display())
        for name, value in {"state": to, **fields}.items():
            setattr(self, name, value)


class InvitationNote(models.Model):
    """What a coordinator learned from the invited, for colleagues. Private."""

    invitation = models.ForeignKey(
        Invitation, verbose_name=_("invitation"), on_delete=models.CASCADE, related_name="notes"
    )
    author: "models.ForeignKey[User, User]" = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("author"), on_delete=models.PROTECT, related_name="+"
    )
    text = models.TextField(_("note"), max_length=1000)
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("note on an invitation")
        verbose_name_plural = _("notes on invitations")

    def __str__(self) -> str:
        return f"note {self.pk}"


class InvitationPlanQuerySet(models.QuerySet["InvitationPlan"]):
    """Filters of plans."""

    def of(self, letter: Letter) -> "InvitationPlan":
        """The plan of this letter; an unsaved usual one where nobody has made any."""
        return self.filter(letter=letter).first() or InvitationPlan(letter=letter)


class InvitationPlan(models.Model):
    """When the invited are asked to have answered, and on how many days before that and before the closing they are reminded."""

    letter = models.OneToOneField(Letter, verbose_name=_("letter"), on_delete=models.CASCADE, related_name="+")
    soft_deadline_at = models.DateTimeField(_("please answer by"), null=True, blank=True)
    days_before = models.JSONField(_("days before that"), default=default_days_before)
    days_before_closing = models.JSONField(_("days before the closing"), default=default_days_before_closing)
    active = models.BooleanField(_("reminders are sent"), default=True)

    objects = InvitationPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan of invitations")
        verbose_name_plural = _("plans of invitations")

    def __str__(self) -> str:
        return f"plan {self.pk}"
