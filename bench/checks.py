"""How fast a domain is verified by record and file, against the bare requests that this takes, of the same servers in turns.

`python -m bench.checks ROUNDS` prints verifications a second as JSON. The servers (two for DNS, one for HTTPS) run in a process of their own.
"""

import http.client
import json
import multiprocessing
import socket
import ssl
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from multiprocessing.connection import Connection
from pathlib import Path

import dns.message
import dns.query

from bench import runs
from bench.measure import Figure, interleaved
from signatories.checks import proof
from signatories.checks.network import Network, Server
from signatories.checks.outcome import Outcome
from tests.signatories.checks import servers

ROUNDS = 5
SECONDS = 2.0
OF_THE_BARE_REQUESTS = 0.7
DOMAIN, TOKEN = "verified.kz", "5f" * 20


def measure(env: dict[str, str], *, rounds: int = ROUNDS) -> list[Figure]:
    """Verifications a second in one process, against bare requests."""
    taken: dict[str, list[float]] = runs.program("bench.checks", str(rounds), env=env)
    return [
        Figure(
            "Checks of domains, one process",
            "record and file verified",
            "verifications/s",
            tuple(taken["ours"]),
            "bare: 4 TXT, 2 A, 2 HTTPS",
            tuple(taken["bare"]),
            OF_THE_BARE_REQUESTS,
        )
    ]


def main() -> None:
    """Take turns in this process with servers in another."""
    here, there = multiprocessing.Pipe()
    serving = multiprocessing.get_context("spawn").Process(target=_serve, args=[there], daemon=True)
    serving.start()
    network, authorities = _network(*here.recv())
    trusted = ssl.create_default_context(cafile=authorities)
    sides = {
        "ours": lambda: _rate(lambda: _verify(network)),
        "bare": lambda: _rate(lambda: _ask_barely(network, trusted)),
    }
    _verify(network)
    _ask_barely(network, trusted)
    print(json.dumps(interleaved(int(sys.argv[1]), sides)))
    here.send("end")
    serving.join()


def _rate(once: Callable[[], None]) -> float:
    began, count = time.monotonic(), 0
    while (spent := time.monotonic() - began) < SECONDS:
        once()
        count += 1
    return count / spent


def _verify(network: Network) -> None:
    """What the worker does for both proofs, but for the tables."""
    found = [check(DOMAIN, TOKEN, network=network) for check in (proof.check_dns, proof.check_file)]
    if [one.outcome for one in found] != [Outcome.PASSED] * 2:
        raise RuntimeError(found)


def _ask_barely(network: Network, trusted: ssl.SSLContext) -> None:
    """The same questions to the same servers, and nothing made of the answers but what the next one needs."""
    resolvers = [resolver.servers[0] for resolver in network.resolvers]
    for server in resolvers:
        for name in (proof.record_name(DOMAIN), f"_other.{DOMAIN}"):
            _question(name, "TXT", server)
    for path in (proof.FILE, f"{proof.FOLDER}/other.txt"):
        address = str(_question(DOMAIN, "A", resolvers[0]).answer[0][0])
        plain = socket.create_connection((address, network.https_port), timeout=5)
        with trusted.wrap_socket(plain, server_hostname=DOMAIN) as connection:
            asking = http.client.HTTPSConnection(DOMAIN, context=trusted)
            asking.sock = connection
            asking.request("GET", path)
            asking.getresponse().read()


def _question(name: str, kind: str, server: Server) -> dns.message.Message:
    return dns.query.udp(dns.message.make_query(name, kind), server.address, port=server.port, timeout=5)


def _network(resolvers: list[tuple[str, int]], port: int, authorities: str) -> tuple[Network, str]:
    asked = [Server(*one) for one in resolvers]
    return servers.network(
        *asked, port=port, authorities=authorities, query_seconds=2.0, total_seconds=8.0
    ), authorities


def _serve(there: Connection) -> None:
    """Run the servers until something is said."""
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="qoltanba-bench-checks-")))
        authority = servers.Authority(folder)
        text = proof.proof_text(TOKEN).encode()
        zone = servers.Zone(texts={proof.record_name(DOMAIN): [text]}, addresses={DOMAIN: [servers.PUBLIC]})
        resolvers = [running.enter_context(servers.dns_server(zone)) for _ in range(2)]
        web = running.enter_context(servers.web_server(servers.files({proof.FILE: text}), authority.issue(DOMAIN)))
        there.send(([(one.address, one.port) for one in resolvers], web.port, str(authority.file)))
        there.recv()


if __name__ == "__main__":
    main()
