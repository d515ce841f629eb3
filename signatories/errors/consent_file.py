"""Refusals to make a file of proofs."""

from django.utils.translation import gettext_lazy as _

from campaign.base.errors import Refusal


class NothingToProve(Refusal):
    """A consent file was asked for where no signature counts or counted."""

    reason = _("No file was made: no signature that counts, or ever counted, is there.")


class NothingInPublic(Refusal):
    """A public consent file of an organization that is named under no published letter."""

    reason = _("No file was made: the organization is named in public under no letter yet.")


class NotPublishedYet(Refusal):
    """A public consent file was asked for before the letter was public."""

    reason = _(
        "No file was made: the letter is not published yet, and the file would name who signed it. Publish it first."
    )


class SealMissing(Refusal):
    """A consent file could not be sealed."""

    reason = _(
        "No file was made: this site has no key to seal it with, or the key cannot be read. Tell those who run the site; the "
        "settings SIGNING_PKCS12 and SIGNING_PASSWORD name it."
    )
