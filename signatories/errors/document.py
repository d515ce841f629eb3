"""Refusals of a document."""

from django.utils.translation import gettext_lazy as _

from campaign.base.errors import Refusal


class DocumentNotKept(Refusal):
    """A document was right, but could not be written to the disk."""

    reason = _(
        "Nothing was saved: there is no room for the document at the moment. What you typed is still here; send it without the "
        "document, or try again later."
    )


class TooManyDocuments(Refusal):
    """Documents come more often than anybody makes them."""

    reason = _("The document was not taken: five came within a day. Send the next one tomorrow.")
