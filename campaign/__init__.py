"""The roof: settings, addresses, wiring. Importing it makes the Celery application known to Django."""

from campaign.celery import app as celery_app

__all__ = ["celery_app"]
