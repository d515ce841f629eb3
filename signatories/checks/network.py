"""What checks may reach, through whom, and for how long."""

import functools
import ipaddress
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import dns.exception
import dns.resolver
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from signatories.checks.addresses import Address, is_public

DNS_PORT = 53
PORTS = range(1, 65_536)


@dataclass(frozen=True, slots=True)
class Server:
    """One DNS server by its address."""

    address: str
    port: int = DNS_PORT


@dataclass(frozen=True, slots=True)
class Resolver:
    """One operator's DNS: its servers are asked in turn until one answers, and count as one voice."""

    servers: tuple[Server, ...]


@dataclass(frozen=True, slots=True)
class Network:
    """The surroundings of a check. Times in seconds, sizes in bytes.

    :param reaches: which addresses a web request may connect to.
    :param authorities: a PEM file of trusted certificate authorities instead of the system's.
    """

    resolvers: tuple[Resolver, ...]
    reaches: Callable[[Address], bool] = is_public
    https_port: int = 443
    authorities: str | None = None
    query_seconds: float = 2.0
    connect_seconds: float = 3.0
    total_seconds: float = 8.0
    largest_body: int = 16 * 1024

    @property
    def voices(self) -> int:
        """How many resolvers must say the same: two, or the one that there is."""
        return min(2, len(self.resolvers))


class Deadline:
    """The moment at which a check is over, however its servers behave."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    def left(self, at_most: float | None = None) -> float:
        """Seconds that are left.

        :raises TimeoutError: none are.
        """
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left if at_most is None else min(left, at_most)


def network_of_settings() -> Network:
    """The network that the installation's settings describe: DNS_RESOLVERS, or the resolvers of the system."""
    return Network(resolvers=read_resolvers(settings.DNS_RESOLVERS) or system_resolvers())


def read_resolvers(texts: Iterable[str]) -> tuple[Resolver, ...]:
    """Resolvers as the setting writes them: `ip`, `ip:port` or `[ip]:port`, several servers of one operator joined by `|`.

    :raises ImproperlyConfigured: a text is none of these.
    """
    return tuple(Resolver(tuple(_server(part.strip()) for part in text.split("|"))) for text in texts)


def _server(text: str) -> Server:
    address, port = text, ""
    if text.startswith("["):
        address, _, port = text[1:].partition("]:")
        address = address.removesuffix("]")
    elif text.count(":") == 1:
        address, _, port = text.partition(":")
    try:
        server = Server(str(ipaddress.ip_address(address)), int(port or DNS_PORT))
        if server.port not in PORTS:
            raise ValueError(port)
    except ValueError as error:
        raise ImproperlyConfigured(
            f"DNS_RESOLVERS: {text!r} is not an address of a DNS server, such as 9.9.9.9 or 127.0.0.1:5353."
        ) from error
    return server


@functools.cache
def system_resolvers() -> tuple[Resolver, ...]:
    """The resolvers of /etc/resolv.conf, each a voice of its own; empty when there are none."""
    try:
        found = dns.resolver.Resolver().nameservers
    except dns.exception.DNSException:
        return ()
    return tuple(Resolver((Server(str(address)),)) for address in found)
