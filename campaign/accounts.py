"""How django-allauth is fitted into the site."""

from allauth.account.adapter import DefaultAccountAdapter


class Adapter(DefaultAccountAdapter):
    """Accounts are made by signing or by a coordinator; allauth only signs people in."""
