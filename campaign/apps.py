"""The roof as a Django application: deployment checks, commands that join the floors."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class CampaignConfig(AppConfig):
    """Registers the system checks when Django starts."""

    name = "campaign"
    label = "campaign"

    def ready(self) -> None:
        from campaign import checks  # noqa: F401  (registers itself)


class AdministrationConfig(AdminConfig):
    """Puts our administration in the place of Django's own."""

    default_site = "campaign.administration.Administration"
