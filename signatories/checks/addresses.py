"""Which addresses of the Internet are public: everything else a check refuses to speak to.

`ipaddress.is_global` will not do: it takes multicast, the NAT64 and 6to4 forms of 127.0.0.1 and others for public (Python 3.11).
So the ranges stand here, from the IANA special-purpose registries, with what clouds keep for themselves.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

NOT_PUBLIC_4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by carriers; some clouds keep their metadata here
        "127.0.0.0/8",  # this machine
        "168.63.129.16/32",  # Azure's own services
        "169.254.0.0/16",  # this link; metadata of most clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocols
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # measuring
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
PUBLIC_6 = IPv6Network("2000::/3")  # so no loopback, link, unique local, multicast, v4-mapped, NAT64
NOT_PUBLIC_6 = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # protocols, Teredo among them
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which holds any IPv4 address
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)


def is_public(address: Address) -> bool:
    """Whether anybody on the Internet may be there, and nobody of our own network can be."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in NOT_PUBLIC_4)
    if address.scope_id or address not in PUBLIC_6:
        return False
    return not any(address in network for network in NOT_PUBLIC_6)


def read_address(text: str) -> Address | None:
    """The address that the text writes in its one usual form; None for numbers, octal and other spellings."""
    try:
        return ip_address(text)
    except ValueError:
        return None
