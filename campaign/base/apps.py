"""The foundation as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BaseConfig(AppConfig):
    """People, register, journal and mail."""

    name = "campaign.base"
    label = "base"
    verbose_name = _("people")

    def ready(self) -> None:
        """Let the daily message to witnesses carry its files."""
        from campaign.base import post, witnesses

        post.attach_to("register_checkpoint", witnesses.for_mail)
