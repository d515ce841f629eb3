"""The floor as a Django application."""

from django.apps import AppConfig


class LettersConfig(AppConfig):
    """Letters, offices, recipients and editions."""

    name = "letters"
