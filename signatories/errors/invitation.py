"""Refusals about an invitation."""

from django.utils.translation import gettext_lazy as _

from campaign.base.errors import Refusal


class NotAskingNow(Refusal):
    """An invitation was to be sent or answered while the letter takes no signatures."""

    reason = _("Nothing was done: at the moment this letter takes no signatures, so nobody is asked to sign it.")


class AlreadyAnswered(Refusal):
    """An invitation was to be sent or changed that is answered."""

    reason = _("Nothing was done: this organization has already answered. What it answered stands on the board.")


class AlreadyInvited(Refusal):
    """A mailbox was to be invited twice to one letter."""

    reason = _(
        "Nothing was saved: this e-mail address is already invited to sign this letter. Look for it on the board."
    )


class RemindersStopped(Refusal):
    """A message was to be sent to somebody who asked for none."""

    reason = _("Nothing was sent: this organization has asked for no more messages about this letter.")


class InvitedRecently(Refusal):
    """An invitation was to be sent again too soon."""

    reason = _("Nothing was sent: the last message went out less than 24 hours ago. Try again tomorrow, or call them.")


class InvitationWasSent(Refusal):
    """An invitation was to be removed that somebody has already got."""

    reason = _(
        "Nothing was removed: this invitation was sent, so it stays on the board. Mark it as declined, or stop the reminders."
    )


class NothingToDo(Refusal):
    """Bulk work was to be started without a single row."""

    reason = _("Nothing was started: there is nothing to do at the moment.")


class CellWrong(Refusal):
    """A cell of a list of invitations that cannot be taken."""

    reason = _("under “%(heading)s”: %(problem)s")


class ActMissing(Refusal):
    """The button under the board was pressed without saying what to do."""

    reason = _("Nothing was done: choose what to do with the marked organizations, then press the button again.")
