"""How django-allauth is fitted into the site: who may have an account, what it stores, what it mails, what it looks like."""

import base64
import hashlib
import io
import ipaddress
import logging
from collections.abc import Callable
from typing import Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ConfirmLoginCodeForm
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from allauth.usersessions.models import UserSession
from cryptography.fernet import Fernet, MultiFernet
from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from campaign.base import post, rate
from campaign.base.models import User
from letters.access import may_review

logger = logging.getLogger(__name__)

NO_ADDRESS = "::"
PAGES = ("account_", "mfa_", "usersessions_")
BEGINS_AGAIN_AT = {"account_confirm_login_code": "account_request_login_code", "mfa_authenticate": "account_login"}
CLEARED_AT_SIGN_OUT = '"cache", "storage"'

# What a browser calls itself, the more particular name first: most call themselves Chrome or Safari too
BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "YaBrowser": "Yandex Browser",
    "SamsungBrowser": "Samsung Internet",
    "Firefox/": "Firefox",
    "FxiOS": "Firefox",
    "Chrome/": "Chrome",
    "CriOS": "Chrome",
    "Safari/": "Safari",
}
SYSTEMS = {
    "iPhone": "iOS",
    "iPad": "iPadOS",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


def display_name(user: User) -> str:
    """A person is called by the e-mail address that is typed to sign in; shown to that person only."""
    return user.email


def browser_family(user_agent: str) -> str:
    """Browser and system in two words, such as “Firefox, Windows”; empty when neither is known."""
    found = [
        next((name for mark, name in families.items() if mark in user_agent), "") for families in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(filter(None, found))


def address_tag(address: str) -> str:
    """A stand-in for a network address that means nothing on another day, in the form of a private IPv6 network.

    allauth counts attempts by it and accepts nothing but addresses. IPv6 clients are told apart by their /64.
    """
    network = ipaddress.ip_address(address)
    if network.version == 6:
        network = ipaddress.ip_network(f"{address}/64", strict=False).network_address
    digest = rate.day_key("account", str(network), on=timezone.localdate()).partition(":")[2]
    return str(ipaddress.IPv6Address(bytes.fromhex(f"fd{digest[:14]}") + bytes(8)))


class Adapter(DefaultAccountAdapter):
    """Accounts come with the first signature or from a coordinator; allauth signs people in, and its mail waits like all other."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account without a signature or a coordinator."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """After an act a person is led to pages of this site alone, named by their path."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def get_client_ip(self, request: HttpRequest) -> str:
        """The client's address as a tag of the day: no address itself goes into the cache, the database or a message."""
        return address_tag(super().get_client_ip(request))

    def get_http_user_agent(self, request: HttpRequest) -> str:
        """The family of the browser, which is what a person recognizes."""
        return browser_family(request.META.get("HTTP_USER_AGENT", ""))

    def post_login(self, request: HttpRequest, user: Any, **facts: Any) -> HttpResponse:
        """Sign in, and keep of the session no more than its time and the family of its browser."""
        with transaction.atomic():
            response: HttpResponse = super().post_login(request, user, **facts)
            UserSession.objects.filter(session_key=request.session.session_key).update(
                ip=NO_ADDRESS, user_agent=self.get_http_user_agent(request)
            )
        return response

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The page for a new password at the site's own address, whatever host the request names."""
        uid, _, token = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
        return f"{settings.SITE_URL}{path}"

    def send_account_already_exists_mail(self, email: str) -> None:
        """Tell the owner of an address that somebody wanted to use it for another account."""
        self.send_mail("account/email/account_already_exists", email, {})

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Ask for the message in the language of the page that caused it."""
        words = {"email": email, **context}
        subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", words).split())
        text = render_to_string(f"{template_prefix}_message.txt", words).strip()
        post.send(
            "account",
            to=email,
            language=(get_language() or settings.LANGUAGE_CODE)[:2],
            subject=subject,
            paragraphs=[part.strip() for part in text.split("\n\n") if part.strip()],
            code=context.get("code", ""),
        )


class SecondFactors(DefaultMFAAdapter):
    """Authenticator apps, passkeys and recovery codes."""

    def encrypt(self, text: str) -> str:
        """Keep a secret so that the database alone does not give it away; the key is in the environment."""
        return _locker().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret as it was.

        :raises cryptography.fernet.InvalidToken: neither SECRET_KEY nor a fallback locked it.
        """
        return _locker().decrypt(encrypted_text.encode()).decode()

    def build_totp_svg(self, url: str) -> str:
        """The QR code dark on white, readable in a dark scheme too."""
        picture = io.BytesIO()
        segno.make(url, micro=False).save(picture, kind="svg", scale=5, dark="#000", light="#fff", xmldecl=False)
        return picture.getvalue().decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """What a passkey is made for: the host, named as the site."""
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {**entity, "name": gettext("Qoltanba")}

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Coordinators, reviewers and administrators keep a second factor; the last one goes only after another was added."""
        user = authenticator.user
        if settings.DEMONSTRATION or not (user.is_staff or may_review(user)):
            return True
        others = Authenticator.objects.filter(user=user).exclude(pk=authenticator.pk)
        return bool(others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists())


def _locker() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"second factors:{key}".encode()).digest())) for key in keys]
    )


class SignInCodeForm(ConfirmLoginCodeForm):
    """The code from the mail, large, on the keyboard for figures."""

    code = forms.CharField(
        label=_("Code"),
        widget=forms.TextInput(attrs={"class": "code", "autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class AddKeyForm(AddWebAuthnForm):
    """A new passkey or security key, with a name to tell it from others."""

    name = forms.CharField(label=_("Name of the key"), required=False, max_length=100)


class EditKeyForm(EditWebAuthnForm):
    """Another name for a key."""

    name = forms.CharField(label=_("Name of the key"), max_length=100)


def guard_accounts(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Leave nothing behind: in the browser after signing out, in the session while a password is asked for again.

    When the cache that counts attempts is down, nobody is let in uncounted: the person is asked to come back later.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        _forget_held_request(request)
        _say_what_expired(request, response)
        if _page(request) == "account_logout" and request.method == "POST":
            response["Clear-Site-Data"] = CLEARED_AT_SIGN_OUT
        return response

    middleware.process_exception = _ask_to_come_back  # type: ignore[attr-defined]
    return middleware


def _page(request: HttpRequest) -> str:
    return (request.resolver_match.view_name or "") if request.resolver_match else ""


def _forget_held_request(request: HttpRequest) -> None:
    """allauth would keep a whole held-up request, with network address and cookies; the person presses again instead."""
    held = request.session.get(STATE_SESSION_KEY) if _page(request).startswith(PAGES) else None
    if held and "request" in held:
        del request.session[STATE_SESSION_KEY]


def _say_what_expired(request: HttpRequest, response: HttpResponse) -> None:
    """A code that came too late leads back to the beginning; allauth does not say why."""
    beginning = BEGINS_AGAIN_AT.get(_page(request), "")
    if not beginning or request.method != "POST" or getattr(messages.get_messages(request), "added_new", False):
        return
    if response.get("Location") == reverse(beginning):
        messages.warning(request, _("This code does not work any more, or the page was open too long. Begin again."))


def _ask_to_come_back(request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
    if not (_page(request).startswith(PAGES) and isinstance(exception, OSError | RedisError)):
        return None
    logger.error("Nobody can sign in: the cache failed with %s", type(exception).__name__)
    response = render(request, "account/come_back.html", status=503)
    response["Retry-After"] = "60"
    return response
