"""An authority for certificates, two resolvers that agree, and a web server that may say anything."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from signatories.checks.network import Network
from signatories.checks.outcome import Finding
from signatories.checks.proof import check_dns, check_file
from tests.signatories.checks import servers
from tests.signatories.checks.servers import PUBLIC, Authority, Say, Web, Zone

DOMAIN, TOKEN = "adilsoz.kz", "5f" * 20


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Trusted by the checks of the small Internet."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def running() -> Iterator[contextlib.ExitStack]:
    """Servers that end with the test."""
    with contextlib.ExitStack() as stack:
        yield stack


@pytest.fixture
def dns_finding(running: contextlib.ExitStack) -> Callable[..., Finding]:
    """Checks the record with one resolver for each zone given."""

    def check(*zones: Zone, domain: str = DOMAIN, **other: Any) -> Finding:
        asked = [running.enter_context(servers.dns_server(zone)) for zone in zones]
        return check_dns(domain, TOKEN, network=servers.network(*asked, **other))

    return check


@pytest.fixture
def small_internet(running: contextlib.ExitStack, authority: Authority) -> Callable[..., tuple[Network, Web]]:
    """A web server that says this, and a resolver that leads to it."""

    def make(say: Say, zone: Zone | None = None, certificate: Any = None, **other: Any) -> tuple[Network, Web]:
        certificate = certificate or authority.issue(DOMAIN, f"www.{DOMAIN}")
        web = running.enter_context(servers.web_server(say, certificate))
        zone = zone or Zone(addresses={DOMAIN: [PUBLIC]})
        resolver = running.enter_context(servers.dns_server(zone))
        return servers.network(resolver, authority=authority, port=web.port, **other), web

    return make


@pytest.fixture
def file_finding(small_internet: Callable[..., tuple[Network, Web]]) -> Callable[..., Finding]:
    """Checks the file on a server that says this."""

    def check(say: Say, zone: Zone | None = None, certificate: Any = None, **other: Any) -> Finding:
        net, _ = small_internet(say, zone, certificate, **other)
        return check_file(DOMAIN, TOKEN, network=net)

    return check
