"""Refusals of a list that leaves the desk."""

from django.utils.translation import gettext_lazy as _

from campaign.base.errors import Refusal


class TakeOutNotYours(Refusal):
    """Whoever asked for a confidential list was to agree to it, too."""

    reason = _("Nothing was decided: you asked for this list yourself, so another coordinator must agree to it.")


class TakeOutOver(Refusal):
    """A confidential list was to be decided about or fetched for the second time, too late, or without a yes."""

    reason = _(
        "Nothing was taken out: a colleague refused, decided already, or the time ran out; or the list was fetched already. Ask for it anew."
    )
