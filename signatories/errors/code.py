"""Refusals of a code that was typed."""

from django.utils.translation import gettext_lazy as _

from campaign.base.errors import Refusal


class CodeWrong(Refusal):
    """The typed code is not the one that was mailed."""

    reason = _(
        "This is not the code from our last message. Check the digits and type them again. Attempts left: %(left)d."
    )


class CodeExpired(Refusal):
    """The code was typed too late."""

    reason = _("This code has expired. Press “Send a new code”; what you filled in is kept.")


class CodeExhausted(Refusal):
    """A wrong code was typed ten times."""

    reason = _(
        "A wrong code was typed ten times, so it no longer works. Press “Send a new code”; what you filled in is kept."
    )


class TooManyCodes(Refusal):
    """So many codes were asked for an address that it would be a nuisance."""

    reason = _(
        "No code was sent: too many were sent to this address for this letter. Try again tomorrow, or write to the coordinator."
    )


class WaitForCode(Refusal):
    """A new code was asked for too soon."""

    reason = _(
        "No new code was sent: the last one went out less than a minute ago. Look into your mailbox, also into the spam folder."
    )
