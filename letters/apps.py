"""The floor as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LettersConfig(AppConfig):
    """Letters, offices, recipients and editions."""

    name = "letters"
    verbose_name = _("Letters")
