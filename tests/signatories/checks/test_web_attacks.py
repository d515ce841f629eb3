"""Attacks on the file on the website (N1–N11, N15, N17–N19), against real TLS servers."""

import gzip
import itertools
import socket
import time
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from typing import Any

import pytest
from dnslib import AAAA, QTYPE, RR, A

from signatories.checks import fetch
from signatories.checks.addresses import is_public
from signatories.checks.network import Network
from signatories.checks.outcome import Finding, Reason
from signatories.checks.proof import check_dns, check_file
from signatories.states import Outcome
from tests.signatories.checks import servers
from tests.signatories.checks.conftest import DOMAIN, TOKEN
from tests.signatories.checks.servers import INTERNAL, PUBLIC, Authority, Web, Zone, files, http

Check = Callable[..., Finding]
Small = Callable[..., tuple[Network, Web]]
PATH, TEXT = "/.well-known/qoltanba.txt", f"qoltanba={TOKEN}".encode()
HONEST = files({PATH: TEXT})
NOT_PUBLIC = [
    "127.0.0.1",
    "127.1.2.3",
    "0.0.0.0",
    "10.0.0.1",
    "100.100.100.200",
    "169.254.169.254",
    "172.31.0.1",
    "192.168.1.1",
    "192.0.0.8",
    "192.88.99.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "168.63.129.16",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2001::1",
    "2001:db8::1",
    "3fff::1",
    "fc00::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
]


def test_an_honest_file_passes(file_finding: Check) -> None:
    finding = file_finding(HONEST)

    assert (finding.reason, finding.outcome, finding.facts) == (Reason.FILE_FOUND, Outcome.PASSED, {"host": DOMAIN})


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_line_end_after_the_text_is_what_editors_write(file_finding: Check, end: bytes) -> None:
    assert file_finding(files({PATH: TEXT + end})).reason == Reason.FILE_FOUND


@pytest.mark.parametrize("body", [b"", TEXT + b"\n\n", b" " + TEXT, b"\xef\xbb\xbf" + TEXT, TEXT.upper(), TEXT * 2])
def test_any_other_body_fails(file_finding: Check, body: bytes) -> None:
    assert file_finding(files({PATH: body})).reason == Reason.FILE_OTHER


def test_www_will_do_where_the_domain_itself_only_sends_there(file_finding: Check) -> None:
    def say(path: str, request: bytes) -> bytes:
        if b"Host: www." in request:
            return HONEST(path, request)  # type: ignore[return-value]
        return http(301, Location=f"https://www.{DOMAIN}{path}")

    zone = Zone(addresses={DOMAIN: [PUBLIC], f"www.{DOMAIN}": [PUBLIC]})

    assert file_finding(say, zone).facts == {"host": f"www.{DOMAIN}"}


def test_the_request_carries_nothing_that_need_not_be_known(small_internet: Small, monkeypatch: Any) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    net, web = small_internet(HONEST)

    assert check_file(DOMAIN, TOKEN, network=net).outcome == Outcome.PASSED

    first, control = (request.decode().split("\r\n") for request in web.requests)
    assert first[0] == f"GET {PATH} HTTP/1.1"
    assert control[0].startswith("GET /.well-known/")
    assert TOKEN not in str(web.requests)
    assert sorted(line.partition(":")[0] for line in first[1:] if line) == sorted(
        ["Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"]
    )
    assert "Accept-Encoding: identity" in first


def test_a_large_page_for_what_is_missing_is_not_held_against_the_site(file_finding: Check) -> None:
    assert file_finding(files({PATH: TEXT}, missing=b"not here " * 30_000)).reason == Reason.FILE_FOUND


def test_a_name_that_points_to_a_foreign_server_is_weak(file_finding: Check) -> None:
    zone = Zone(aliases={DOMAIN: "pages.example.net"}, addresses={"pages.example.net": [PUBLIC]})

    finding = file_finding(HONEST, zone)

    assert finding.reason == Reason.FILE_FOUND_ELSEWHERE
    assert finding.facts == {"host": DOMAIN, "canonical": "pages.example.net"}


def test_a_file_in_pieces_passes(file_finding: Check) -> None:
    def say(path: str, request: bytes) -> Iterator[bytes]:
        if path != PATH:
            yield http(404)
            return
        yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        for letter in TEXT:
            yield b"1\r\n" + bytes([letter]) + b"\r\n"
        yield b"0\r\n\r\n"

    assert file_finding(say).reason == Reason.FILE_FOUND


# --- N1–N3: where the name leads --------------------------------------------------------------------------------------


def test_n1_rebinding_name_is_resolved_once(running: Any, authority: Authority) -> None:
    """The name is public for the first question and internal ever after."""
    turn = itertools.count()

    def rebind(name: str, kind: str) -> list[RR]:
        if kind != "A":
            return []
        return [RR(name, QTYPE.A, rdata=A(PUBLIC if next(turn) == 0 else INTERNAL), ttl=0)]

    certificate = authority.issue(DOMAIN)
    web = running.enter_context(servers.web_server(HONEST, certificate))
    inside = running.enter_context(servers.web_server(HONEST, certificate, address=INTERNAL, port=web.port))
    resolver = running.enter_context(servers.dns_server(Zone(answer=rebind)))
    net = servers.network(resolver, authority=authority, port=web.port)

    finding = check_file(DOMAIN, TOKEN, network=net)

    assert (finding.reason, web.connected, inside.connected) == (Reason.FILE_FOUND, 2, 0)
    assert next(turn) == 1


def test_n1_one_internal_address_among_public_ones_is_refused(running: Any, small_internet: Small) -> None:
    net, web = small_internet(HONEST, Zone(addresses={DOMAIN: [PUBLIC, PUBLIC, INTERNAL]}))
    inside = running.enter_context(servers.web_server(HONEST, None, address=INTERNAL, port=web.port))

    assert check_file(DOMAIN, TOKEN, network=net).reason == Reason.NOT_PUBLIC
    assert (web.connected, inside.connected) == (0, 0)


def test_n1_a_connection_that_ended_elsewhere_is_not_used(
    running: Any, small_internet: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    net, web = small_internet(HONEST)
    inside = running.enter_context(servers.web_server(HONEST, None, address=INTERNAL))
    connect = socket.create_connection
    monkeypatch.setattr(
        fetch.socket, "create_connection", lambda _address, **more: connect((INTERNAL, inside.port), **more)
    )

    assert check_file(DOMAIN, TOKEN, network=net).reason == Reason.NOT_PUBLIC
    assert web.connected == 0
    assert b"".join(inside.requests) == b""


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_n2_special_addresses(running: Any, address: str) -> None:
    def lead(name: str, kind: str) -> list[RR]:
        wanted = "AAAA" if ":" in address else "A"
        rdata = AAAA(tuple(ip_address(address).packed)) if ":" in address else A(address)
        return [RR(name, getattr(QTYPE, wanted), rdata=rdata)] if kind == wanted else []

    inside = running.enter_context(servers.web_server(HONEST, None, address=INTERNAL))
    resolver = running.enter_context(servers.dns_server(Zone(answer=lead)))
    net = servers.network(resolver, port=inside.port, reaches=is_public)

    assert check_file(DOMAIN, TOKEN, network=net).reason == Reason.NOT_PUBLIC
    assert inside.connected == 0


@pytest.mark.parametrize(
    "host",
    [
        "127.1",
        "0",
        "0x7f000001",
        "2130706433",
        "017700000001",
        "①②⑦.⓪.⓪.①",
        "127。0。0。1",
        "127.0.0.1",
        "[::1]",
        "::1",
        "localhost",
        "1.2.3.0x4",
        "xn--",
        "adilsoz..kz",
        ".",
        "",
        "a" * 64 + ".kz",
    ],
)
def test_n3_numbers_and_their_unicode_forms_are_no_domains(running: Any, host: str) -> None:
    zone = Zone()
    net = servers.network(running.enter_context(servers.dns_server(zone)))

    assert [check(host, TOKEN, network=net).reason for check in (check_file, check_dns)] == [Reason.NOT_A_DOMAIN] * 2
    assert zone.asked == []


# --- N4–N8: what the server says --------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_n4_redirect_to_metadata(running: Any, small_internet: Small, status: int) -> None:
    inside = running.enter_context(servers.web_server(HONEST, None, address=INTERNAL))
    net, _ = small_internet(
        lambda *_: http(status, TEXT, Location=f"http://{INTERNAL}:{inside.port}/latest/meta-data/")
    )

    assert check_file(DOMAIN, TOKEN, network=net).reason == Reason.REDIRECT
    assert inside.connected == 0


def test_n5_redirect_to_the_same_host(small_internet: Small) -> None:
    def say(path: str, request: bytes) -> bytes:
        return http(200, TEXT) if path == "/proof.txt" else http(302, Location="/proof.txt")

    net, web = small_internet(say)

    assert check_file(DOMAIN, TOKEN, network=net).reason == Reason.REDIRECT
    assert len(web.requests) == 1


@pytest.mark.parametrize("in_head", [True, False], ids=["headers", "body"])
def test_n6_slow_drip_is_cut_by_the_deadline(file_finding: Check, in_head: bool) -> None:
    def drip(_path: str, _request: bytes) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\n" + (b"" if in_head else b"Content-Length: 1000\r\n\r\n")
        for _ in range(40):
            yield b"x"
            time.sleep(0.1)

    began = time.monotonic()
    assert file_finding(drip, total_seconds=1.0).reason == Reason.TOO_SLOW
    assert time.monotonic() - began < 1.6


def test_n6_a_server_that_takes_the_connection_and_says_nothing(running: Any, authority: Authority) -> None:
    web = running.enter_context(servers.web_server(lambda *_: b"", None))  # waits for a request that TLS never sends
    resolver = running.enter_context(servers.dns_server(Zone(addresses={DOMAIN: [PUBLIC]})))
    net = servers.network(resolver, authority=authority, port=web.port, connect_seconds=0.5)
    began = time.monotonic()

    assert check_file(DOMAIN, TOKEN, network=net).outcome == Outcome.UNKNOWN
    assert time.monotonic() - began < 1.5


def test_n7_endless_body(file_finding: Check) -> None:
    def endless(_path: str, _request: bytes) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\n\r\n"
        yield from itertools.repeat(b"x" * 4096, 5000)

    assert file_finding(endless).reason == Reason.TOO_LARGE


def test_n7_endless_headers(file_finding: Check) -> None:
    def endless(_path: str, _request: bytes) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\n"
        yield from (b"X-%d: %s\r\n" % (number, b"x" * 1000) for number in range(5000))

    assert file_finding(endless).reason == Reason.TOO_LARGE


def test_n7_endless_continue(file_finding: Check) -> None:
    say = lambda *_: itertools.repeat(b"HTTP/1.1 100 Continue\r\n\r\n", 5000)  # noqa: E731

    assert file_finding(say).reason == Reason.TOO_LARGE


@pytest.mark.parametrize("field", ["Content_Encoding", "Transfer_Encoding"])
def test_n8_gzip_bomb_is_not_unpacked(file_finding: Check, field: str) -> None:
    bomb = gzip.compress(b"\0" * 10_000_000)

    assert file_finding(lambda *_: http(200, bomb, **{field: "gzip"})).reason == Reason.ENCODED


# --- N9: certificates -------------------------------------------------------------------------------------------------


def test_n9_self_signed(file_finding: Check, authority: Authority) -> None:
    certificate = authority.issue(DOMAIN, self_signed=True)

    assert file_finding(HONEST, certificate=certificate).reason == Reason.CERTIFICATE_UNTRUSTED


def test_n9_expired(file_finding: Check, authority: Authority) -> None:
    assert file_finding(HONEST, certificate=authority.issue(DOMAIN, expired=True)).reason == Reason.CERTIFICATE_EXPIRED


def test_n9_wrong_host(file_finding: Check, authority: Authority) -> None:
    assert file_finding(HONEST, certificate=authority.issue("other.kz")).reason == Reason.CERTIFICATE_OTHER_NAME


def test_n9_authority_that_the_system_does_not_know(small_internet: Small) -> None:
    net, _ = small_internet(HONEST)
    of_the_system = servers.network(port=net.https_port, resolvers=net.resolvers)

    assert check_file(DOMAIN, TOKEN, network=of_the_system).reason == Reason.CERTIFICATE_UNTRUSTED


def test_n9_no_tls_at_all(running: Any, authority: Authority) -> None:
    def speak(_path: str, _request: bytes) -> bytes:
        return http(200, TEXT)

    web = running.enter_context(servers.web_server(speak, None))
    resolver = running.enter_context(servers.dns_server(Zone(addresses={DOMAIN: [PUBLIC]})))
    net = servers.network(resolver, authority=authority, port=web.port, connect_seconds=0.5)

    assert check_file(DOMAIN, TOKEN, network=net).outcome == Outcome.UNKNOWN
    assert web.requests == [] or TOKEN not in str(web.requests)


# --- N10, N11: what was typed -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "user:pw@adilsoz.kz",
        "adilsoz.kz:22",
        "adilsoz.kz\\@evil.kz",
        "adilsoz.kz#x",
        "adilsoz.kz/x",
        "adilsoz.kz?x",
        "https://adilsoz.kz",
        "adil soz.kz",
        "ADILSOZ.kz",
        "adilsoz.kz.",
        "аdilsoz.kz",
        "adil\u200bsoz.kz",
    ],
)
def test_n10_a_domain_is_its_own_canonical_form_or_none(running: Any, typed: str) -> None:
    zone = Zone()
    net = servers.network(running.enter_context(servers.dns_server(zone)))

    assert check_file(typed, TOKEN, network=net).reason == Reason.NOT_A_DOMAIN
    assert zone.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "https://user:pw@adilsoz.kz/",
        "https://adilsoz.kz/#x",
        "https://adilsoz.kz\\@evil.kz/",
        "file:///etc/passwd",
        "ftp://adilsoz.kz/",
        "gopher://adilsoz.kz/",
        "//adilsoz.kz/",
        "adilsoz.kz",
        "https:///x",
        "https://[::1/",
        "",
        "https://adilsoz.kz:99999/",
        "https://adilsoz.kz/a b",
        "https://adilsoz.kz/т",
        "\thttps://adilsoz.kz/",
    ],
)
def test_n10_an_address_of_another_kind_is_not_requested(url: str) -> None:
    with pytest.raises(fetch.NotFetched) as refused:
        fetch.get(url, network=servers.network())

    assert refused.value.reason == Reason.ADDRESS_REFUSED


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\r\nHost: evil.kz", "%0d%0a", "\x00", "\u2028"])
def test_n11_line_ends_in_the_host(running: Any, end: str) -> None:
    zone = Zone()
    net = servers.network(running.enter_context(servers.dns_server(zone)))

    assert check_file(f"adilsoz{end}.kz", TOKEN, network=net).reason == Reason.NOT_A_DOMAIN
    with pytest.raises(fetch.NotFetched):
        fetch.get(f"https://adilsoz.kz{end}/", network=net)
    assert [name for name, _ in zone.asked if "%" not in name] == []


# --- N14, N15, N17–N19 ------------------------------------------------------------------------------------------------


def test_n14_aliases_of_the_host_in_a_circle(file_finding: Check) -> None:
    assert file_finding(HONEST, Zone(aliases={DOMAIN: "b.kz", "b.kz": DOMAIN})).reason == Reason.ALIAS_LOOP


def test_n15_no_address(file_finding: Check) -> None:
    assert file_finding(HONEST, Zone()).reason == Reason.NO_ADDRESS


def test_n15_silent_resolver(file_finding: Check) -> None:
    assert file_finding(HONEST, Zone(answer=lambda *_: None)).reason == Reason.DNS_SILENT


def test_n15_nobody_listens(running: Any, authority: Authority) -> None:
    with servers.web_server(HONEST, None) as web:
        port = web.port
    resolver = running.enter_context(servers.dns_server(Zone(addresses={DOMAIN: [PUBLIC]})))

    net = servers.network(resolver, authority=authority, port=port)

    assert check_file(DOMAIN, TOKEN, network=net).reason == Reason.NOT_REACHED


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_n15_trouble_of_the_server_is_unknown(file_finding: Check, status: int) -> None:
    assert file_finding(lambda *_: http(status)).outcome == Outcome.UNKNOWN


@pytest.mark.parametrize(
    "answer", [b"", b"\x00" * 100, b"HTTP/1.1\r\n\r\n", b"HTTP/1.1 abc OK\r\n\r\n", b"SSH-2.0\r\n"]
)
def test_n15_what_is_no_answer_is_unknown(file_finding: Check, answer: bytes) -> None:
    assert file_finding(lambda *_: answer).outcome == Outcome.UNKNOWN


def test_n17_a_server_that_gives_the_file_for_every_path(file_finding: Check) -> None:
    assert file_finding(lambda *_: http(200, TEXT)).reason == Reason.EVERY_PATH


def test_n17_a_404_that_holds_the_text(file_finding: Check) -> None:
    assert file_finding(files({PATH: TEXT}, missing=b"<p>" + TEXT)).reason == Reason.EVERY_PATH


def test_n17_a_page_that_echoes_the_path(file_finding: Check) -> None:
    assert file_finding(lambda path, _: http(200, path.encode())).reason == Reason.FILE_OTHER


def test_n18_text_inside_html(file_finding: Check) -> None:
    page = b"<!doctype html><p>" + TEXT + b"</p>"

    assert file_finding(files({PATH: page})).reason == Reason.FILE_OTHER


def test_n19_the_token_of_another_organization(file_finding: Check) -> None:
    assert file_finding(files({PATH: b"qoltanba=" + b"ab" * 20})).reason == Reason.FILE_OTHER


@pytest.mark.parametrize("status", [401, 403, 404, 410, 451])
def test_a_missing_or_forbidden_file_is_missing(file_finding: Check, status: int) -> None:
    assert file_finding(lambda *_: http(status, TEXT)).reason == Reason.FILE_MISSING


@pytest.mark.parametrize("status", [201, 204, 206])
def test_another_success_is_not_the_file(file_finding: Check, status: int) -> None:
    assert file_finding(lambda *_: http(status, TEXT)).reason == Reason.FILE_OTHER


def test_a_random_path_must_be_404_and_nothing_else(file_finding: Check) -> None:
    assert file_finding(lambda path, _: http(200, TEXT) if path == PATH else http(403)).reason == Reason.EVERY_PATH


def test_a_post_reaches_a_service_with_its_body(small_internet: Small) -> None:
    net, web = small_internet(lambda *_: http(200, b"answer"))

    page = fetch.post(
        f"https://{DOMAIN}:{web.port}/ocsp", b"\x30\x00", content_type="application/ocsp-request", network=net
    )

    assert (page.status, page.body, page.whole) == (200, b"answer", True)
    assert b"Content-Type: application/ocsp-request\r\n" in web.requests[0]
    assert web.requests[0].startswith(b"POST /ocsp HTTP/1.1\r\n")


def test_a_service_on_an_internal_address_is_not_reached(running: Any) -> None:
    inside = running.enter_context(servers.web_server(HONEST, None, address=INTERNAL))

    with pytest.raises(fetch.NotFetched) as refused:
        fetch.get(f"http://{INTERNAL}:{inside.port}/", network=servers.network())

    assert (refused.value.reason, inside.connected) == (Reason.NOT_PUBLIC, 0)
