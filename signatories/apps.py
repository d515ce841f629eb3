"""The second floor as a Django application."""

from django.apps import AppConfig


class SignatoriesConfig(AppConfig):
    """Organizations, representatives, evidence and signatures; plugs the names in for the floor below."""

    name = "signatories"

    def ready(self) -> None:
        from campaign.base import post
        from letters import signed_by
        from signatories.services import receipt
        from signatories.signed import Signatures  # reads models, which exist only now

        signed_by.plug_in(Signatures())
        post.attach_to("signature_admitted", receipt.for_mail)
        post.attach_to("signature_renewed", receipt.for_mail)
