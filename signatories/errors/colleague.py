"""Refusals about colleagues."""

from django.utils.translation import gettext_lazy as _

from campaign.base.errors import Refusal


class NoLongerActs(Refusal):
    """Somebody signed for an organization that has ended his or her right to do so."""

    reason = _(
        "Nothing was signed: you no longer act for this organization here. An owner of the organization can invite you anew."
    )


class OnlyOwners(Refusal):
    """A person asked for what only the owners of an organization may do."""

    reason = _("Nothing was changed: only an owner of the organization may do this. Ask one of them.")


class AlreadyColleague(Refusal):
    """Somebody was invited who acts for the organization already."""

    reason = _("No invitation was sent: this person acts for the organization already. Change the role in the list.")


class TooManyInvitations(Refusal):
    """So many colleagues were invited within a day that it would be a nuisance."""

    reason = _("No invitation was sent: twenty went out within a day. Send the next one tomorrow.")


class InvitedTooOften(Refusal):
    """The same colleague was invited so often within a day that it would be a nuisance."""

    reason = _(
        "No invitation was sent: this address got three within a day. The last one still works; send the next one tomorrow."
    )


class InvitationOver(Refusal):
    """An invitation of a colleague was answered too late, or after it was taken back."""

    reason = _("Nothing was changed: this invitation is no longer open. Ask the person who sent it for a new one.")


class LastOwner(Refusal):
    """The last owner was to lose this role."""

    reason = _("Nothing was changed: the organization would be without an owner. Hand it over to a colleague first.")


class OneSelf(Refusal):
    """An owner tried to remove himself or herself like a colleague."""

    reason = _("Nothing was changed: this is you. Hand the organization over or leave it.")
