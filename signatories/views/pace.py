"""Whether forms still come at the pace of people; what is counted is named by a key of the day."""

from datetime import datetime

from django.http import HttpRequest

from campaign.base.rate import allow, day_key, network_of

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
    network = day_key(f"{act}-network", network_of(request), on=at.date())
    mailbox = day_key(f"{act}-mailbox", email, on=at.date())
    if not (allow(network, from_one_network, HOUR) and allow(mailbox, for_one_address, HOUR)):
        return False
    return for_one_address_a_day is None or allow(f"{mailbox}-day", for_one_address_a_day, DAY)
