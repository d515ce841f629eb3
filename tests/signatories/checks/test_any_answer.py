"""Whatever servers send, a check ends with a finding, and never passes by chance."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signatories.checks.network import Network
from signatories.checks.outcome import Outcome
from signatories.checks.proof import check_dns, check_file
from tests.signatories.checks import servers
from tests.signatories.checks.conftest import DOMAIN, TOKEN
from tests.signatories.checks.servers import PUBLIC, Authority, Zone

said: list[bytes] = [b""]
words = st.sampled_from(
    [
        b"HTTP/1.1 ",
        b"HTTP/1.0 ",
        b"200",
        b"404",
        b"100",
        b"-1",
        b" OK",
        b"\r\n",
        b"\n",
        b":",
        b"Content-Length: ",
        b"99999999999",
        b"Transfer-Encoding: chunked",
        b"Content-Encoding: gzip",
        b"ffffffffff",
        b"0",
        b";",
        b"qoltanba=",
        TOKEN.encode(),
    ]
)
pages = st.lists(words | st.binary(max_size=12), max_size=24).map(b"".join)
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def web(authority: Authority) -> Iterator[Network]:
    """A website that sends whatever stands in `said`."""
    zone = Zone(addresses={DOMAIN: [PUBLIC]})
    certificate = authority.issue(DOMAIN)
    with servers.web_server(lambda *_: said[0], certificate) as site, servers.dns_server(zone) as resolver:
        yield servers.network(resolver, authority=authority, port=site.port, total_seconds=5.0)


@pytest.fixture(scope="module")
def resolver() -> Iterator[Network]:
    """A resolver that sends the question's number and then whatever stands in `said`."""
    with servers.raw_dns_server(
        lambda question: [question[:2] + said[0], question[:2] + b"\x81\x80" + said[0]]
    ) as server:
        yield servers.network(server, query_seconds=0.05)


@quick
@given(pages)
def test_any_page(web: Network, page: bytes) -> None:
    said[0] = page

    assert check_file(DOMAIN, TOKEN, network=web).outcome in (Outcome.FAILED, Outcome.UNKNOWN)


@quick
@given(pages)
def test_any_body(web: Network, body: bytes) -> None:
    said[0] = servers.http(200, body)
    patient = replace(web, query_seconds=5.0, connect_seconds=5.0, total_seconds=20.0)

    assert check_file(DOMAIN, TOKEN, network=patient).outcome == Outcome.FAILED


@quick
@given(st.binary(max_size=600))
def test_any_packet(resolver: Network, packet: bytes) -> None:
    said[0] = packet

    assert check_dns(DOMAIN, TOKEN, network=resolver).outcome in (Outcome.FAILED, Outcome.UNKNOWN)
