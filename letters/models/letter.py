"""A statement addressed to officials, in three languages, with one signature list and one life."""

import secrets
import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modeltranslation.manager import MultilingualQuerySet

from campaign.base.errors import MoveRefused
from campaign.base.languages import LANGUAGE_CHOICES, LANGUAGES
from campaign.base.models.user import User
from campaign.base.plain import validate_plain_line
from letters.models.campaign import Campaign
from letters.models.issuer import Issuer
from letters.states import REACHED_FROM, LetterKind, LetterState

if TYPE_CHECKING:
    from letters.models.recipient import Recipient
    from letters.models.revision import Revision

TAKES_SIGNATURES = Q(state=LetterState.OPEN) | Q(state=LetterState.CLOSED, late_until__isnull=False)


def _public_id() -> str:
    return uuid.uuid4().hex


def _invitation_token() -> str:
    return secrets.token_urlsafe(24)


class LetterQuerySet(MultilingualQuerySet["Letter"]):
    """Filters of letters; nothing is read unscoped by a person."""

    def of(self, user: User) -> Self:
        """Letters whose issuer this person coordinates."""
        return self.filter(issuer__coordinators__user=user)

    def reviewed_by(self, user: User) -> Self:
        """Letters whose signatures this person checks: those she coordinates, and as a reviewer all that are open, late or not."""
        own = Q(issuer__in=Issuer.objects.filter(coordinators__user=user))
        return self.filter(own | TAKES_SIGNATURES) if user.is_reviewer else self.filter(own)

    def published(self, at: datetime) -> Self:
        """Letters that the public may read at that moment."""
        return self.filter(published_at__lte=at).exclude(state=LetterState.DRAFT)


class Letter(models.Model):
    """A statement addressed to officials. Once opened, its text is fixed (see `Revision`)."""

    uid = models.CharField(max_length=32, unique=True, default=_public_id, editable=False)
    slug = models.SlugField(
        _("address"),
        max_length=80,
        unique=True,
        help_text=_("Latin letters, digits and hyphens; never changes after publication."),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=LetterKind, default=LetterKind.OPEN_LETTER)
    state = models.CharField(_("state"), max_length=10, choices=LetterState, default=LetterState.DRAFT)
    campaign = models.ForeignKey(
        Campaign, verbose_name=_("campaign"), null=True, blank=True, on_delete=models.PROTECT, related_name="letters"
    )
    issuer = models.ForeignKey(Issuer, verbose_name=_("issuer"), on_delete=models.PROTECT, related_name="letters")
    title = models.CharField(_("title"), max_length=250, blank=True, validators=[validate_plain_line])
    summary = models.TextField(_("summary"), max_length=1000, blank=True)
    body = models.TextField(_("text"), blank=True)
    original_language = models.CharField(
        _("original language"),
        max_length=2,
        choices=LANGUAGE_CHOICES,
        help_text=_("The text in this language prevails where translations differ."),
    )
    reference = models.CharField(_("reference number"), max_length=60, blank=True, validators=[validate_plain_line])
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(
        _("closes"),
        null=True,
        blank=True,
        help_text=_("After this moment no signature is accepted, even if nobody presses anything."),
    )
    published_at = models.DateTimeField(
        _("published"),
        null=True,
        blank=True,
        help_text=_("Before this moment only invited organizations can read the letter."),
    )
    late_until = models.DateTimeField(
        _("late signatures until"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("After the closing, signatures are taken until this moment and shown as late."),
    )
    takes_vouched = models.BooleanField(
        _("counts organizations that are only vouched for"),
        default=False,
        help_text=_(
            "Without this only confirmed organizations are admitted. Others stand in no register, but two confirmed "
            "organizations vouch for each of them."
        ),
    )
    consent_annex = models.BooleanField(
        _("prints an annex of consents"),
        default=False,
        help_text=_(
            "Each printed letter then says of every named organization when and how it consented, and under which entry of the register."
        ),
    )
    bound_editions = models.BooleanField(
        _("is also printed in three languages in one file"),
        default=False,
        help_text=_("Besides a file for each language, every recipient then has one with all three, under one seal."),
    )
    opened_at = models.DateTimeField(_("opened"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    archived_at = models.DateTimeField(_("archived"), null=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, editable=False)
    invitation_token = models.CharField(max_length=40, unique=True, default=_invitation_token, editable=False)
    demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    version = models.PositiveIntegerField(
        default=0, editable=False, help_text="Raised by each change of the draft; an edit of an older one is refused."
    )

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(closes_at__gt=models.F("opens_at")),
                name="letter_closes_after_it_opens",
                violation_error_message=_("The letter would close before it opens."),
            ),
            models.CheckConstraint(condition=Q(state__in=LetterState.values), name="letter_state_is_known"),
        ]

    def __str__(self) -> str:
        return self.slug

    def current_revision(self) -> "Revision":
        """The frozen texts that are signed now.

        :raises Revision.DoesNotExist: the letter is a draft, or was withdrawn as one.
        """
        return self.revisions.latest("number")

    def text(self, field: str, language: str) -> str:
        """A translated field in exactly this language, without any fallback."""
        return getattr(self, f"{field}_{language}") or ""

    def languages(self) -> list[str]:
        """Languages in which the letter has both a title and a text."""
        return [language for language in LANGUAGES if self.text("title", language) and self.text("body", language)]

    def is_published(self, at: datetime) -> bool:
        """Whether the public may read the letter at that moment."""
        return self.state != LetterState.DRAFT and self.published_at is not None and self.published_at <= at

    def takes_signatures(self, at: datetime) -> bool:
        """Whether a signature given at that moment counts."""
        return self.state == LetterState.OPEN and (self.closes_at is None or at < self.closes_at)

    def takes_late_signatures(self, at: datetime) -> bool:
        """Whether a signature given at that moment, after the closing, is taken as a late one."""
        return self.state == LetterState.CLOSED and self.late_until is not None and at < self.late_until

    def accepts_signatures(self, at: datetime) -> bool:
        """Whether a signature can be given at that moment, in time or late."""
        return self.takes_signatures(at) or self.takes_late_signatures(at)

    def accepts_signatures_until(self, at: datetime) -> datetime | None:
        """When the clock alone will end what is possible at that moment; None: never, or it has ended."""
        if self.takes_signatures(at):
            return self.closes_at
        return self.late_until if self.takes_late_signatures(at) else None

    def admits_signatures(self, at: datetime, *, late: bool) -> bool:
        """Whether one that was given can be admitted at that moment; one that came late, as long as the letter is not archived."""
        return self.accepts_signatures(at) or (late and self.state == LetterState.CLOSED)

    def move(self, to: LetterState, **stamps: datetime) -> None:
        """Move the letter, writing the given times with it.

        The database decides: of two people pressing at once one is refused.

        :raises MoveRefused: the letter is, by now, somewhere else.
        """
        row: Any = Letter.objects.filter(pk=self.pk, state__in=REACHED_FROM[to])
        moved = row.update(state=to, **stamps)
        self.refresh_from_db(fields=["state", *stamps])
        if not moved:
            raise MoveRefused(now=self.get_state_display())


class Demand(models.Model):
    """A numbered ask of a letter, the same in three languages. `recipients` are those to whom it is addressed; none: to all."""

    letter = models.ForeignKey(Letter, verbose_name=_("letter"), on_delete=models.CASCADE, related_name="demands")
    number = models.PositiveSmallIntegerField(_("number"))
    text = models.TextField(_("text"))
    recipients: "models.ManyToManyField[Recipient, Any]" = models.ManyToManyField(
        "letters.Recipient", verbose_name=_("recipients"), related_name="demands"
    )

    class Meta:
        verbose_name = _("demand")
        verbose_name_plural = _("demands")
        constraints = [models.UniqueConstraint(fields=["letter", "number"], name="demand_number_once")]

    def __str__(self) -> str:
        return f"{self.letter} {self.number}"
