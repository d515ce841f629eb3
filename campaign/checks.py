"""System checks: what must be right before the site starts."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register

from signatories.eds import trust


@register(Tags.security, deploy=True)
def check_production_certificate(app_configs: Any, **_: Any) -> list[Error]:
    """Outside a demonstration, letters are signed with the installation's own certificate."""
    if settings.DEMONSTRATION or settings.SIGNING_PKCS12 or settings.SIGNING_PKCS11:
        return []
    return [Error("Neither SIGNING_PKCS12 nor SIGNING_PKCS11 is set, so letters cannot be signed.", id="campaign.E001")]


@register(Tags.security, deploy=True)
def check_signing_level(app_configs: Any, **_: Any) -> list[Error]:
    """A seal with proofs needs an authority that stamps time, and roots by which both certificates are judged."""
    if settings.SIGNING_LEVEL not in ("", "LT", "LTA"):
        return [Error("SIGNING_LEVEL is neither LT nor LTA.", id="campaign.E006")]
    if settings.SIGNING_LEVEL and not (settings.TIMESTAMP_URL and settings.SIGNING_ROOTS):
        return [Error("SIGNING_LEVEL needs TIMESTAMP_URL and SIGNING_ROOTS.", id="campaign.E006")]
    return []


@register(Tags.security, deploy=True)
def check_register_key(app_configs: Any, **_: Any) -> list[Error]:
    """Outside a demonstration, checkpoints of the register are signed with the installation's own key."""
    if settings.DEMONSTRATION or settings.REGISTER_KEY:
        return []
    return [Error("REGISTER_KEY is not set, so the register cannot be signed.", id="campaign.E005")]


@register(Tags.security, deploy=True)
def check_site_address(app_configs: Any, **_: Any) -> list[Error]:
    """Outside a demonstration the site is reached by HTTPS only."""
    if settings.DEMONSTRATION or settings.SECURE:
        return []
    return [Error("SITE_URL does not begin with https://.", id="campaign.E002")]


@register(Tags.security, deploy=True)
def check_no_demonstration_in_debug(app_configs: Any, **_: Any) -> list[Error]:
    """An installation that people rely on shows no tracebacks."""
    if settings.DEBUG:
        return [Error("DEBUG is on.", id="campaign.E003")]
    return []


@register(Tags.security, deploy=True)
def check_eds_files(app_configs: Any, **_: Any) -> list[Error]:
    """The files against which electronic signatures are checked can be read."""
    try:
        trust.installed()
    except trust.FileUnreadable as unreadable:
        return [Error(str(unreadable), id="campaign.E004")]
    return []
