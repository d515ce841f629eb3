"""Refusals about an organization and its twins."""

from django.utils.translation import gettext_lazy as _

from campaign.base.errors import Refusal


class LooksKnown(Refusal):
    """The organization that was typed in seems to be in the list already, under another spelling."""

    reason = _(
        "Nothing was sent yet: an organization like yours is in the list already, perhaps under another spelling. Choose it, "
        "or say below that yours is another one."
    )


class IsKnown(Refusal):
    """The organization that was typed in has the number or the domain of one in the list."""

    reason = _(
        "Nothing was sent: an organization with this registration number or website is in the list already. Choose it; if yours is "
        "another one, correct the number and the website."
    )


class DomainNotOwn(Refusal):
    """A domain was to be confirmed that is not the one of the organization's website."""

    reason = _(
        "Nothing was prepared: only the domain of the organization’s website in our list can be confirmed. Correct the website first."
    )


class SameOrganization(Refusal):
    """An organization was to be merged with itself."""

    reason = _("Nothing was merged: this is one organization, not two. Choose its duplicate.")


class MergedMeanwhile(Refusal):
    """An organization was merged with its duplicate while somebody acted for it."""

    reason = _(
        "Nothing was changed: two entries of this organization were made one at this very moment. Open the page again and repeat the step."
    )


class AlreadyMerged(Refusal):
    """One of two organizations was merged by somebody else."""

    reason = _("Nothing was merged: one of the two was merged already. Look at the list of duplicates again.")


class KeepTheVerified(Refusal):
    """A verified organization was to go over to one that nobody has verified."""

    reason = _("Nothing was merged: only one of the two is verified. Let that one stay.")


class OrganizationSigned(Refusal):
    """A second proposal of the same organization was to be approved."""

    reason = _("Nothing was approved: your organization has signed this letter already.")
