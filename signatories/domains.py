"""Domains: whose mailbox is an organization's own.

Everything works offline: the Public Suffix List and the list of disposable mail come as packages; what they lack stands here.
"""

import functools
import re

import idna
from disposable_email_domains import blocklist
from publicsuffixlist import PublicSuffixList

FREE_MAIL = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "mail.ru",
        "inbox.ru",
        "list.ru",
        "bk.ru",
        "internet.ru",
        "xmail.ru",
        "mail.kz",
        "yandex.ru",
        "yandex.kz",
        "yandex.com",
        "ya.ru",
        "rambler.ru",
        "lenta.ru",
        "outlook.com",
        "hotmail.com",
        "live.com",
        "msn.com",
        "yahoo.com",
        "icloud.com",
        "me.com",
        "mac.com",
        "aol.com",
        "proton.me",
        "protonmail.com",
        "pm.me",
        "tutanota.com",
        "tuta.io",
        "tuta.com",
        "gmx.de",
        "gmx.net",
        "gmx.com",
        "web.de",
        "zoho.com",
        "fastmail.com",
        "hey.com",
        "ukr.net",
        "i.ua",
        "meta.ua",
        "tut.by",
        "nur.kz",
        "ok.kz",
        "mail.com",
        "riseup.net",
        "disroot.org",
        "posteo.de",
        "mailbox.org",
    ]
)
SHARED_HOSTS = frozenset(
    [
        "wordpress.com",
        "tilda.ws",
        "weebly.com",
        "ucoz.kz",
        "ucoz.ru",
        "ucoz.com",
        "ucoz.net",
        "narod.ru",
        "taplink.cc",
        "taplink.ws",
        "sites.google.com",
        "google.com",
        "facebook.com",
        "instagram.com",
        "vk.com",
        "t.me",
        "telegram.me",
        "linktr.ee",
        "wix.com",
        "medium.com",
        "substack.com",
        "livejournal.com",
        "site.kz",
        "satu.kz",
        "blogspot.com",
        "notion.site",
    ]
)


@functools.cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(only_icann=False, accept_unknown=True)


def ascii_domain(domain: str) -> str:
    """The domain as the DNS knows it (A-labels, lower case); empty when it is none."""
    text = domain.strip().strip(".").lower()
    if "." not in text or re.fullmatch(r"[\d.]+", text):
        return ""
    try:
        return idna.encode(text, uts46=True).decode()
    except idna.IDNAError:
        return ""


def registrable_domain(host: str) -> str:
    """The part of a host name that somebody registered, in A-labels: `press.example.org.kz` → `example.org.kz`; empty when there is none."""
    name = ascii_domain(host)
    if not name or any(name == shared or name.endswith(f".{shared}") for shared in SHARED_HOSTS):
        return ""
    return _suffixes().privatesuffix(name) or ""


def mail_domain(email: str) -> str:
    """The registrable domain of an e-mail address; empty for free, throw-away and shared ones, which nobody owns."""
    host = ascii_domain(email.rpartition("@")[2])
    domain = registrable_domain(host)
    if not domain or {host, domain} & FREE_MAIL or {host, domain} & blocklist:
        return ""
    return domain


def is_free_mail(email: str) -> bool:
    """Whether anybody may have a mailbox there."""
    return not mail_domain(email)


def mixes_scripts(host: str) -> bool:
    """Whether a label mixes Latin and Cyrillic letters, as look-alike domains do."""
    return any(re.search(r"[a-z]", label) and re.search(r"[\u0400-\u052f]", label) for label in host.lower().split("."))
