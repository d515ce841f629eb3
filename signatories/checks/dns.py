"""Questions to DNS servers that were chosen beforehand, each by its address; what several of them agree on is the answer."""

import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype
import dns.rrset

from signatories.checks.addresses import Address, read_address
from signatories.checks.network import Deadline, Network, Resolver
from signatories.checks.outcome import Finding, Reason
from signatories.states import Outcome

LABEL = "_qoltanba"
MOST_RECORDS = 50
LARGEST_TEXTS = 16 * 1024
UDP_PAYLOAD = 1232  # DNS flag day 2020
USABLE = (dns.rcode.NOERROR, dns.rcode.NXDOMAIN)
WEB_TYPES = (dns.rdatatype.A, dns.rdatatype.AAAA)
TROUBLE = (dns.exception.DNSException, OSError, EOFError, ValueError)  # dnspython lets the last three through


@dataclass(frozen=True, slots=True)
class Texts:
    """What one resolver says of the TXT records of a name."""

    reason: Reason
    texts: tuple[bytes, ...] = ()
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Host:
    """Where a name leads: every address that a resolver gave, and the name at the end of its aliases."""

    addresses: tuple[Address, ...]
    canonical: str


class NotResolved(Exception):
    """A name leads nowhere."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def check_record(domain: str, expected: str, *, network: Network, deadline: Deadline) -> Finding:
    """Whether enough resolvers find exactly this text among the TXT records of `_qoltanba.<domain>`, and not for any other name.

    :param domain: a registrable domain in A-labels.
    """
    wanted, sibling = expected.encode(), f"_{secrets.token_hex(10)}.{domain}"
    said = [
        _one_says(resolver, f"{LABEL}.{domain}", sibling, wanted, network, deadline) for resolver in network.resolvers
    ]
    reason, agreed = weigh((one.reason for one in said), network.voices)
    signed = sum(one.signed for one in said if one.reason == reason)
    facts = {"resolvers": str(len(said)), **({"dnssec": str(signed)} if signed else {})}
    return Finding(reason, agreed=agreed, facts=facts)


def _one_says(
    resolver: Resolver, name: str, sibling: str, wanted: bytes, network: Network, deadline: Deadline
) -> Texts:
    """One resolver's answer; where it holds the text, a name that nobody chose is asked for, too."""
    there = texts_at(resolver, name, network, deadline)
    if there.reason != Reason.RECORD_FOUND:
        return there
    if wanted not in there.texts:
        return Texts(Reason.RECORD_OTHER)
    elsewhere = texts_at(resolver, sibling, network, deadline)
    if elsewhere.reason == Reason.DNS_SILENT:
        return elsewhere
    if wanted in elsewhere.texts:
        return Texts(Reason.WILDCARD)
    return there


def weigh(reasons: Iterable[Reason], voices: int) -> tuple[Reason, int]:
    """What counts of several answers, and how many gave it: it needs that many voices, and more than half of those that spoke."""
    spoken = Counter(reason for reason in reasons if reason.outcome != Outcome.UNKNOWN)
    if spoken.total() < voices or not spoken:
        return Reason.DNS_SILENT, spoken.total()
    reason, agreed = spoken.most_common(1)[0]
    if agreed < voices or agreed * 2 <= spoken.total():
        return Reason.RESOLVERS_DISAGREE, agreed
    return reason, agreed


def texts_at(resolver: Resolver, name: str, network: Network, deadline: Deadline) -> Texts:
    """The TXT records of a name, as one resolver knows them."""
    reply = ask(resolver, name, dns.rdatatype.TXT, network, deadline)
    if reply is None:
        return Texts(Reason.DNS_SILENT)
    try:
        found = reply.resolve_chaining().answer
    except dns.message.ChainTooLong:
        return Texts(Reason.ALIAS_LOOP)
    except dns.exception.DNSException:
        return Texts(Reason.DNS_SILENT)
    if found is None:
        return Texts(Reason.RECORD_MISSING)
    if len(found) > MOST_RECORDS or sum(len(part) for one in found for part in one.strings) > LARGEST_TEXTS:
        return Texts(Reason.RECORD_TOO_LARGE)
    texts = tuple(b"".join(one.strings) for one in found)
    return Texts(Reason.RECORD_FOUND, texts, signed=bool(reply.flags & dns.flags.AD))


def addresses_of(name: str, *, network: Network, deadline: Deadline) -> Host:
    """All addresses of a name from the first resolver that answers; one that is written as an address stands for itself.

    :raises NotResolved: nobody answers, or the name has no address.
    """
    if (literal := read_address(name)) is not None:
        return Host((literal,), name)
    reason = Reason.DNS_SILENT
    for resolver in network.resolvers:
        try:
            return _addresses_from(resolver, name, network, deadline)
        except NotResolved as nothing:
            reason = nothing.reason
            if reason != Reason.DNS_SILENT:
                break
    raise NotResolved(reason)


def _addresses_from(resolver: Resolver, name: str, network: Network, deadline: Deadline) -> Host:
    found: list[Address] = []
    canonical = name
    for kind in WEB_TYPES:
        reply = ask(resolver, name, kind, network, deadline)
        if reply is None:
            raise NotResolved(Reason.DNS_SILENT)
        try:
            chain = reply.resolve_chaining()
        except dns.message.ChainTooLong:
            raise NotResolved(Reason.ALIAS_LOOP) from None
        except dns.exception.DNSException:
            raise NotResolved(Reason.DNS_SILENT) from None
        if chain.answer is not None:
            canonical = chain.canonical_name.to_text(omit_final_dot=True).lower()
            texts = [one.address for one in chain.answer]
            found += [address for address in map(read_address, texts) if address is not None]
    if not found:
        raise NotResolved(Reason.NO_ADDRESS)
    return Host(tuple(found), canonical)


def ask(
    resolver: Resolver, name: str, kind: dns.rdatatype.RdataType, network: Network, deadline: Deadline
) -> dns.message.QueryMessage | None:
    """The first usable reply of the resolver's servers: the name exists or does not. None when there is none in time.

    Replies from elsewhere, and those to another question, are left aside and waited past.
    """
    for server in resolver.servers:
        try:
            query = dns.message.make_query(name, kind, use_edns=0, payload=UDP_PAYLOAD)
            query.flags |= dns.flags.AD
            reply, _ = dns.query.udp_with_fallback(
                query,
                server.address,
                port=server.port,
                timeout=deadline.left(at_most=network.query_seconds),
                ignore_unexpected=True,
                ignore_errors=True,
            )
        except TROUBLE:
            continue
        if isinstance(reply, dns.message.QueryMessage) and reply.rcode() in USABLE:
            return reply
    return None
