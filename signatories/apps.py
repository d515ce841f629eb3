"""The second floor as a Django application."""

from django.apps import AppConfig


class SignatoriesConfig(AppConfig):
    """Organizations, representatives, evidence and signatures; plugs the names in for the floor below."""

    name = "signatories"

    def ready(self) -> None:
        from letters import signed_by
        from signatories.signed import Signatures  # reads models, which exist only now

        signed_by.plug_in(Signatures())
