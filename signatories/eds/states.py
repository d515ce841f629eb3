"""Fixed choices in what a verified electronic signature says."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Algorithm(models.TextChoices):
    """With which key the signature was made."""

    GOST = "gost", _("GOST 34.10-2015, 512 bits")
    RSA = "rsa", _("RSA")


class Role(models.TextChoices):
    """What the certificate says the person may do for the organization; the strongest where it says several things."""

    HEAD = "head", _("first head of the organization")
    SIGNER = "signer", _("person with the right to sign")
    FINANCE = "finance", _("person with the right to sign financial documents")
    PERSONNEL = "personnel", _("employee of the personnel department")
    EMPLOYEE = "employee", _("employee")
    UNSTATED = "unstated", _("the certificate names no role")

    @property
    def may_bind(self) -> bool:
        """Whether the certificate itself shows that this person may sign for the organization."""
        return self in {Role.HEAD, Role.SIGNER}


class TimeSource(models.TextChoices):
    """How it is known when the signature existed."""

    RECEIPT = "receipt", _("time of receipt by this site")
    TSP = "tsp", _("timestamp of a trusted authority")


class Revocation(models.TextChoices):
    """What is known about the certificate’s revocation."""

    GOOD = "good", pgettext_lazy("certificate", "not revoked")
    NOT_CHECKED = "not_checked", _("revocation not checked")
