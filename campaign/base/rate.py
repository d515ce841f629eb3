"""How often something may be asked for: counted in the cache, per fixed stretch of time.

What is counted is named by a keyed hash of the day, so that neither the cache nor its dump knows an address.
"""

import time
from collections import Counter
from datetime import date

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError

MOST_KEYS_HERE = 10_000
_here: Counter[str] = Counter()


def day_key(kind: str, value: str, *, on: date) -> str:
    """A name for something private (a network address, an e-mail address) that means nothing on another day."""
    return f"{kind}:{salted_hmac('campaign.rate', f'{on.isoformat()}:{value}', algorithm='sha256').hexdigest()[:32]}"


def network_of(request: HttpRequest) -> str:
    """The asking network's tag of the day; empty behind a socket without a proxy that says who asks: then one limit is for all."""
    try:
        tag: str = get_adapter(request).get_client_ip(request)
    except PermissionDenied:
        return ""
    return tag


def allow(key: str, most: int, seconds: int) -> bool:
    """Count one attempt; whether it is among the first `most` of the present stretch of that many seconds.

    When the cache is down each process counts for itself: the limit stands, and no page fails.
    """
    stretch = f"rate:{key}:{int(time.time() // seconds)}"
    try:
        count = _count_in_cache(stretch, seconds)
    except (OSError, RedisError):
        count = _count_here(stretch)
    return count <= most


def _count_in_cache(key: str, seconds: int) -> int:
    """The count with this attempt; a key that fell out of the cache in between begins anew."""
    cache.add(key, 0, timeout=seconds)
    try:
        count = cache.incr(key)
    except ValueError:
        cache.set(key, 1, timeout=seconds)
        return 1
    cache.touch(key, timeout=seconds)  # some backends forget the time when they count
    return count


def _count_here(key: str) -> int:
    if len(_here) >= MOST_KEYS_HERE:
        _here.clear()
    _here[key] += 1
    return _here[key]
