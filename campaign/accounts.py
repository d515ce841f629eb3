"""How django-allauth is fitted into the site."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import get_language

from campaign.base import post


class Adapter(DefaultAccountAdapter):
    """Accounts are made by signing a letter or by a coordinator; allauth signs people in, and its mail waits like all other."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account by itself: it comes with the first signature."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Ask for the message in the language of the page that caused it."""
        words = {"email": email, **context}
        subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", words, request=self.request).split())
        text = render_to_string(f"{template_prefix}_message.txt", words, request=self.request).strip()
        post.send("account", to=email, language=(get_language() or "kk")[:2], subject=subject, text=text)
