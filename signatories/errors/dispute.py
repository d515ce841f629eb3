"""Refusals in a dispute."""

from django.utils.translation import gettext_lazy as _

from campaign.base.errors import Refusal


class StillDisputed(Refusal):
    """A signature on hold was to be admitted or refused apart from its dispute."""

    reason = _("Nothing was decided: the organization disputes this signature. Resolve the dispute first.")


class AlreadyAsked(Refusal):
    """A proposal was forwarded to somebody who has it already, or who made it."""

    reason = _("It was not forwarded: this colleague has made the proposal or was asked already.")


class NotDisputable(Refusal):
    """A signature was to be disputed that is not given, or no longer."""

    reason = _("Nothing was changed: this signature does not stand any more, so there is nothing to put on hold.")


class DisputeReasonMissing(Refusal):
    """A dispute was to be resolved without a reason."""

    reason = _("Nothing was decided: write the reason. It is mailed to everybody whom the dispute concerns.")
