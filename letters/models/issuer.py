"""The organization in whose letterhead a letter stands."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaign.base.languages import LANGUAGES
from campaign.base.plain import validate_plain_line
from letters.states import RegistrationScheme

LINE = [validate_plain_line]


class Issuer(models.Model):
    """Everything that a registry asks of a legal entity (Code of Administrative Procedures of Kazakhstan, article 63)."""

    key = models.SlugField(_("key"), max_length=80, unique=True)
    name = models.CharField(_("legal name"), max_length=300, validators=LINE)
    address = models.CharField(_("postal address"), max_length=300, validators=LINE)
    number_scheme = models.CharField(_("register"), max_length=20, choices=RegistrationScheme, blank=True)
    number = models.CharField(_("registration number"), max_length=40, blank=True, validators=LINE)
    phone = models.CharField(_("phone"), max_length=40, validators=LINE)
    email = models.EmailField(_("e-mail"), max_length=254)
    signer = models.CharField(_("signer"), max_length=200, validators=LINE)
    post = models.CharField(_("signer’s post"), max_length=200, validators=LINE)
    executor = models.CharField(_("executor"), max_length=200, validators=LINE)
    logo = models.ImageField(_("logo"), upload_to="issuers/", blank=True)

    class Meta:
        verbose_name = _("issuer")
        verbose_name_plural = _("issuers")

    def __str__(self) -> str:
        return self.name or self.key

    def missing_fields(self) -> list[str]:
        """Names of what a registry would miss, in the active language; empty when complete."""
        label: dict[str, Any] = {field.name: field.verbose_name for field in self._meta.concrete_fields}
        missing = [str(label[name]) for name in ("phone", "email") if not getattr(self, name)]
        for name in ("name", "address", "signer", "post", "executor"):
            empty = [language for language in LANGUAGES if not getattr(self, f"{name}_{language}")]
            missing += [f"{label[name]} ({language})" for language in empty]
        return missing
