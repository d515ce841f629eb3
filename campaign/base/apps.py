"""The foundation as a Django application."""

from django.apps import AppConfig


class BaseConfig(AppConfig):
    """People, register, journal and mail."""

    name = "campaign.base"
    label = "base"
