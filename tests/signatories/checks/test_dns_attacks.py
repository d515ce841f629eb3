"""Attacks on the record in the DNS (N12–N16, N19), against real DNS servers."""

import itertools
import secrets
import time
from collections.abc import Callable
from typing import Any

import pytest
from dnslib import QTYPE, RCODE, RR, DNSRecord

from signatories.checks.network import Resolver
from signatories.checks.outcome import Finding, Reason
from signatories.checks.proof import check_dns
from signatories.states import Outcome
from tests.signatories.checks import servers
from tests.signatories.checks.conftest import DOMAIN, TOKEN
from tests.signatories.checks.servers import Zone, txt

Check = Callable[..., Finding]
NAME, TEXT = f"_qoltanba.{DOMAIN}", f"qoltanba={TOKEN}".encode()


def honest() -> Zone:
    return Zone(texts={NAME: [b"v=spf1 -all", TEXT]})


def test_a_record_that_two_resolvers_find_passes(dns_finding: Check) -> None:
    zones = honest(), honest()

    finding = dns_finding(*zones)

    assert (finding.reason, finding.outcome, finding.agreed) == (Reason.RECORD_FOUND, Outcome.PASSED, 2)
    for zone in zones:
        (first, kind), (sibling, _) = zone.asked
        assert (first, kind) == (NAME, "TXT")
        assert sibling.endswith(f".{DOMAIN}")
        assert sibling != NAME


def test_one_resolver_is_enough_where_there_is_one_and_the_answer_says_so(dns_finding: Check) -> None:
    finding = dns_finding(honest())

    assert (finding.reason, finding.agreed, finding.facts["resolvers"]) == (Reason.RECORD_FOUND, 1, "1")


def test_no_resolver_at_all_is_unknown() -> None:
    assert check_dns(DOMAIN, TOKEN, network=servers.network()).reason == Reason.DNS_SILENT


def test_a_record_may_stand_behind_an_alias(dns_finding: Check) -> None:
    zone = Zone(aliases={NAME: "proof.example.net"}, texts={"proof.example.net": [TEXT]})

    assert dns_finding(zone, zone).reason == Reason.RECORD_FOUND


@pytest.mark.parametrize("text", [TEXT + b" ", b" " + TEXT, TEXT.upper(), TEXT[:-1], TEXT + TEXT, b"", b"\x00" + TEXT])
def test_a_text_that_is_not_exactly_the_same_fails(dns_finding: Check, text: bytes) -> None:
    zone = Zone(texts={NAME: [text]})

    assert dns_finding(zone, zone).reason == Reason.RECORD_OTHER


def test_n12_txt_of_64_kilobytes(dns_finding: Check) -> None:
    zone = Zone(texts={NAME: [b"x" * 60_000, TEXT]})

    assert dns_finding(zone, zone, query_seconds=2.0, total_seconds=8.0).reason == Reason.RECORD_TOO_LARGE


def test_n12_txt_of_500_records(dns_finding: Check) -> None:
    zone = Zone(texts={NAME: [TEXT, *(b"%d" % number for number in range(500))]})

    assert dns_finding(zone, zone, query_seconds=2.0, total_seconds=8.0).reason == Reason.RECORD_TOO_LARGE


def test_n12_binary_txt(dns_finding: Check) -> None:
    zone = Zone(texts={NAME: [bytes(range(256)), b"\xff\xfe" * 50]})

    assert dns_finding(zone, zone).reason == Reason.RECORD_OTHER


def test_n13_wildcard_txt(dns_finding: Check) -> None:
    zone = Zone(texts=honest().texts, wildcard_texts=[TEXT])

    assert dns_finding(zone, zone).reason == Reason.WILDCARD


def test_n13_a_wildcard_with_other_texts_does_no_harm(dns_finding: Check) -> None:
    zone = Zone(texts=honest().texts, wildcard_texts=[b"v=spf1 -all"])

    assert dns_finding(zone, zone).reason == Reason.RECORD_FOUND


def test_n14_aliases_in_a_circle(dns_finding: Check) -> None:
    zone = Zone(aliases={NAME: f"b.{DOMAIN}", f"b.{DOMAIN}": NAME})

    assert dns_finding(zone, zone).reason == Reason.ALIAS_LOOP


def test_n14_a_chain_of_50_aliases(dns_finding: Check) -> None:
    names = [NAME, *(f"a{number}.{DOMAIN}" for number in range(50))]
    zone = Zone(aliases=dict(itertools.pairwise(names)), texts={names[-1]: [TEXT]})

    assert dns_finding(zone, zone, query_seconds=2.0, total_seconds=8.0).reason == Reason.ALIAS_LOOP


@pytest.mark.parametrize("code", [RCODE.SERVFAIL, RCODE.REFUSED, RCODE.FORMERR, RCODE.NOTIMP])
def test_n15_trouble_of_a_resolver_is_unknown(dns_finding: Check, code: int) -> None:
    zone = Zone(answer=lambda *_: code)

    assert dns_finding(zone, zone).outcome == Outcome.UNKNOWN


def test_n15_a_name_that_does_not_exist_is_missing(dns_finding: Check) -> None:
    finding = dns_finding(Zone(), Zone())

    assert (finding.reason, finding.agreed) == (Reason.RECORD_MISSING, 2)


def test_n15_a_name_without_texts_is_missing(dns_finding: Check) -> None:
    zone = Zone(addresses={NAME: ["192.0.2.1"]})

    assert dns_finding(zone, zone).reason == Reason.RECORD_MISSING


def test_n15_silence_is_unknown_and_ends_with_the_deadline(dns_finding: Check) -> None:
    silent, began = Zone(answer=lambda *_: None), time.monotonic()

    finding = dns_finding(*[silent] * 8, total_seconds=1.0)

    assert finding.reason == Reason.DNS_SILENT
    assert time.monotonic() - began < 1.5


def test_n15_silence_about_the_sibling_is_unknown(dns_finding: Check) -> None:
    zone = Zone(answer=lambda name, _: [RR(name, QTYPE.TXT, rdata=txt(TEXT))] if name == NAME else None)

    assert dns_finding(zone, zone).reason == Reason.DNS_SILENT


def test_n15_a_second_server_of_the_same_operator_answers_for_the_first(running: Any) -> None:
    silent, works = (
        running.enter_context(servers.dns_server(zone)) for zone in (Zone(answer=lambda *_: None), honest())
    )

    finding = check_dns(DOMAIN, TOKEN, network=servers.network(resolvers=(Resolver((silent, works)),)))

    assert (finding.reason, finding.agreed) == (Reason.RECORD_FOUND, 1)


def test_n16_resolvers_that_disagree(dns_finding: Check) -> None:
    assert dns_finding(honest(), Zone()).reason == Reason.RESOLVERS_DISAGREE


def test_n16_one_liar_among_three_is_outvoted(dns_finding: Check) -> None:
    finding = dns_finding(honest(), Zone(), honest())

    assert (finding.reason, finding.agreed) == (Reason.RECORD_FOUND, 2)


def test_n16_two_against_two_is_no_majority(dns_finding: Check) -> None:
    assert dns_finding(honest(), Zone(), honest(), Zone()).reason == Reason.RESOLVERS_DISAGREE


def test_n16_one_voice_is_not_enough_where_two_are_asked(dns_finding: Check) -> None:
    assert dns_finding(honest(), Zone(answer=lambda *_: None)).reason == Reason.DNS_SILENT


def test_n19_the_token_of_another_organization(dns_finding: Check) -> None:
    zone = Zone(texts={NAME: [f"qoltanba={secrets.token_hex(20)}".encode()]})

    assert dns_finding(zone, zone).reason == Reason.RECORD_OTHER


def _with_other_id(packet: bytes) -> bytes:
    return bytes([packet[0] ^ 1]) + packet[1:]


def _answer(packet: bytes, text: bytes) -> bytes:
    reply = DNSRecord.parse(packet).reply()
    reply.add_answer(RR(str(reply.q.qname), QTYPE.TXT, rdata=txt(text)))
    return reply.pack()


@pytest.mark.parametrize(
    "reply",
    [
        lambda packet: [secrets.token_bytes(200)],
        lambda packet: [b""],
        lambda packet: [packet],
        lambda packet: [packet[:7]],
        lambda packet: [_with_other_id(_answer(packet, TEXT))],
        lambda packet: [_answer(packet, TEXT)[:-3]],
        lambda packet: [
            packet[:2] + b"\x84\x00" + packet[4:6] + b"\xff\xff\xff\xff\xff\xff" + packet[12:] + b"\xc0\x0c" * 90
        ],
    ],
    ids=["random", "empty", "echo", "cut", "other id", "cut answer", "pointers"],
)
def test_broken_and_forged_replies_are_unknown(running: Any, reply: Callable[[bytes], list[bytes]]) -> None:
    server = running.enter_context(servers.raw_dns_server(reply))

    assert check_dns(DOMAIN, TOKEN, network=servers.network(server)).reason == Reason.DNS_SILENT


def test_a_forged_reply_that_comes_first_is_waited_past(running: Any) -> None:
    def reply(packet: bytes) -> list[bytes]:
        name = str(DNSRecord.parse(packet).q.qname).rstrip(".")
        true = _answer(packet, TEXT if name == NAME else b"nothing")
        return [_with_other_id(_answer(packet, b"forged")), b"\x00", true]

    server = running.enter_context(servers.raw_dns_server(reply))

    assert check_dns(DOMAIN, TOKEN, network=servers.network(server)).reason == Reason.RECORD_FOUND
