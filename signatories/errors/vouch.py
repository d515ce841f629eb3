"""Refusals to vouch."""

from django.utils.translation import gettext_lazy as _

from campaign.base.errors import Refusal


class VouchForOneself(Refusal):
    """Somebody was to vouch for an organization for which the same person acts."""

    reason = _("Nothing was recorded: an organization cannot vouch for itself, nor you for one that you act for.")


class VouchTooEarly(Refusal):
    """An organization was to vouch whose own verification is too young or too weak."""

    reason = _(
        "Nothing was recorded: only an organization that was itself confirmed at least ninety days ago can vouch for others."
    )


class VouchedBack(Refusal):
    """Two organizations were to vouch for each other."""

    reason = _("Nothing was recorded: that organization vouches for yours, so yours cannot vouch for it.")


class VouchedEnough(Refusal):
    """An organization was to vouch too often within a year."""

    reason = _("Nothing was recorded: an organization can vouch %(most)d times within a year, and yours has.")


class VouchedAlready(Refusal):
    """An organization was to vouch for the same one again."""

    reason = _("Nothing was changed: your organization vouches for this one already.")


class VouchCodeUnknown(Refusal):
    """The code of an organization was mistyped."""

    reason = _(
        "Nothing was recorded: no organization has this code. Ask its people for the code on their page “Word of other "
        "organizations”."
    )
