"""The foundation as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BaseConfig(AppConfig):
    """People, register, journal and mail."""

    name = "campaign.base"
    label = "base"
    verbose_name = _("people")
