"""Whether forms still come at the pace of people; what is counted is named by a key of the day."""

from datetime import datetime

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from campaign.base.rate import allow, day_key

HOUR = 3600
DAY = 24 * HOUR


def keeps_pace(
    request: HttpRequest,
    email: str,
    *,
    act: str,
    from_one_network: int,
    for_one_address: int,
    for_one_address_a_day: int | None = None,
    at: datetime,
) -> bool:
    """Whether this act still comes at the pace of people, from this network and for this address.

    :param act: a name of what is counted, such as "sign".
    :param from_one_network: how often within an hour; so `for_one_address`.
    """
    network = day_key(f"{act}-network", _address(request), on=at.date())
    mailbox = day_key(f"{act}-mailbox", email, on=at.date())
    if not (allow(network, from_one_network, HOUR) and allow(mailbox, for_one_address, HOUR)):
        return False
    return for_one_address_a_day is None or allow(f"{mailbox}-day", for_one_address_a_day, DAY)


def _address(request: HttpRequest) -> str:
    try:
        address: str = get_adapter(request).get_client_ip(request)
    except PermissionDenied:  # behind a socket without a proxy that says who asks: one limit for all
        return ""
    return address
