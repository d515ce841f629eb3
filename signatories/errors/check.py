"""Refusals of a check: domain, register, electronic signature."""

from django.utils.translation import gettext_lazy as _

from campaign.base.errors import Refusal


class DomainUnfit(Refusal):
    """A domain was to be confirmed that proves nothing, whoever controls it. Which rule it broke is said to reviewers alone."""

    reason = _(
        "Nothing was prepared: the domain %(domain)s cannot be confirmed in this way. The coordinators will check the organization in another way."
    )


class ProofExpired(Refusal):
    """A check was asked for with a text that had expired or was used before."""

    reason = _("Nothing was checked: what you were given to publish has expired or was used. Ask for a new one.")


class CheckWaits(Refusal):
    """The same check was asked for again before it was made."""

    reason = _("Nothing was added: this check is already under way. Look again in a minute.")


class TooManyChecks(Refusal):
    """Checks are asked for more often than a domain changes."""

    reason = _("Nothing was checked: there were too many checks within a day. Ask again tomorrow.")


class RegisterNotAsked(Refusal):
    """A look-up was asked for that the installation does not offer, or for a number of another register."""

    reason = _("Nothing was looked up: this number’s register is not connected here. Open the register yourself.")


class EdsNotPossible(Refusal):
    """An electronic signature came for an organization without a BIN, or for a signature that does not stand."""

    reason = _(
        "Nothing was taken: electronic signatures of Kazakhstan can be checked only for organizations with a BIN in our list, and only "
        "while the signature stands."
    )


class EdsRoleUnbinding(Refusal):
    """An electronic signature is good, and its certificate does not say that the person may bind the organization."""

    reason = _(
        "The electronic signature is good, but the certificate does not show that you may sign for the organization; it says: %(role)s. "
        "The coordinator sees it and checks your mandate in another way."
    )


class AuthoritySilent(Refusal):
    """The certification authority did not say whether a certificate is revoked, however often it was asked."""

    reason = _(
        "The electronic signature could not be checked: the certification authority did not answer whether the certificate is revoked. "
        "Send the signature again in some hours."
    )
