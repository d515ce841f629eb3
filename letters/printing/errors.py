"""What goes wrong between a payload and its signed file. None of these is shown to a reader as it stands."""

from django.core.exceptions import ImproperlyConfigured


class PrintFailed(RuntimeError):
    """The edition was not printed: the renderer complained, or asked for something that it may not read."""


class SigningNotConfigured(ImproperlyConfigured):
    """There is no key to sign editions with: SIGNING_PKCS12 is not set, and this is no demonstration."""


class SigningKeyUnusable(ImproperlyConfigured):
    """The file named by SIGNING_PKCS12 cannot be read with SIGNING_PASSWORD, or holds no fitting key or certificate."""


class RevocationUnavailable(OSError):
    """It could not be found out whether a certificate was revoked; perhaps when asked again later."""


class TimestampUnavailable(OSError):
    """The timestamp authority did not answer, or not properly; it may when asked again later."""
