"""A small Internet on 127.0.0.0/8: DNS servers and web servers with certificates of an authority of their own, kind and hostile.

`PUBLIC` stands for a public address: checks in these tests may connect to it alone. `INTERNAL` stands for everything else, and
counts who comes.
"""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from dnslib import CNAME, QTYPE, RCODE, RR, TXT, A, DNSRecord
from dnslib.server import DNSServer

from signatories.checks.addresses import Address
from signatories.checks.network import Network, Resolver, Server

PUBLIC, INTERNAL = "127.0.0.80", "127.0.0.1"
LOCALHOST = "127.0.0.1"


def reaches(address: Address) -> bool:
    """Only one address of this machine is in the small Internet."""
    return str(address) == PUBLIC


# --- DNS --------------------------------------------------------------------------------------------------------------

Answer = Callable[[str, str], list[RR] | int | None]  # name and type asked for; a list, an RCODE, or None for silence


@dataclass
class Zone:
    """Records by (name, type), as a resolver would give them; `asked` are the questions that came."""

    texts: dict[str, list[bytes]] = field(default_factory=dict)
    addresses: dict[str, list[str]] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    wildcard_texts: list[bytes] = field(default_factory=list)
    answer: Answer | None = None
    asked: list[tuple[str, str]] = field(default_factory=list)

    def resolve(self, request: DNSRecord, _handler: Any) -> DNSRecord:
        """dnslib's call for each question."""
        name, kind = str(request.q.qname).rstrip(".").lower(), QTYPE[request.q.qtype]
        self.asked.append((name, kind))
        said = self.answer(name, kind) if self.answer else self._known(name, kind)
        if said is None:
            raise ConnectionError  # nothing is sent back
        reply = request.reply()
        if isinstance(said, int):
            reply.header.rcode = said
            return reply
        reply.add_answer(*said)
        return reply

    def _known(self, name: str, kind: str) -> list[RR] | int:
        answers: list[RR] = []
        for _ in range(60):
            if name not in self.aliases:
                break
            answers.append(RR(name, QTYPE.CNAME, rdata=CNAME(self.aliases[name]), ttl=1))
            name = self.aliases[name]
        if kind == "TXT":
            texts = self.texts.get(name, self.wildcard_texts)
            answers += [RR(name, QTYPE.TXT, rdata=txt(text), ttl=1) for text in texts]
        if kind == "A":
            answers += [RR(name, QTYPE.A, rdata=A(one), ttl=1) for one in self.addresses.get(name, [])]
        exists = answers or name in self.addresses or name in self.texts
        return answers if exists else RCODE.NXDOMAIN


def txt(text: bytes) -> TXT:
    """A TXT record of any length, in strings of 255."""
    return TXT([text[start : start + 255] for start in range(0, max(len(text), 1), 255)])


class _Quiet:
    def __getattr__(self, _name: str) -> Callable[..., None]:
        return lambda *_: None


@contextlib.contextmanager
def dns_server(zone: Zone) -> Iterator[Server]:
    """A DNS server for UDP and TCP on one free port."""
    while True:
        with socket.socket() as probe:
            probe.bind((LOCALHOST, 0))
            port = int(probe.getsockname()[1])
        try:
            udp = DNSServer(zone, port=port, address=LOCALHOST, logger=_Quiet())
            tcp = DNSServer(zone, port=port, address=LOCALHOST, tcp=True, logger=_Quiet())
            break
        except OSError:
            continue
    for one in (udp, tcp):
        one.server.handle_error = lambda *_: None
        one.server.daemon_threads = True
        threading.Thread(target=one.server.serve_forever, args=[0.02], daemon=True).start()
    try:
        yield Server(LOCALHOST, port)
    finally:
        for one in (udp, tcp):
            one.server.shutdown()
            one.server.server_close()


@contextlib.contextmanager
def raw_dns_server(reply: Callable[[bytes], list[bytes]]) -> Iterator[Server]:
    """A UDP server that answers a packet with whatever packets it likes."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind((LOCALHOST, 0))
        listening.settimeout(0.05)
        ended = threading.Event()

        def serve() -> None:
            while not ended.is_set():
                with contextlib.suppress(TimeoutError):
                    packet, sender = listening.recvfrom(4096)
                    for answer in reply(packet):
                        listening.sendto(answer, sender)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield Server(LOCALHOST, int(listening.getsockname()[1]))
        finally:
            ended.set()
            thread.join()


# --- Certificates -----------------------------------------------------------------------------------------------------


class Authority:
    """A certificate authority in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority of the tests")])
        self.certificate = self._sign(self.name, self.key, [], issuer=self.name, authority=True)
        self.file = folder / "authority.pem"
        self.file.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    def issue(self, *names: str, expired: bool = False, self_signed: bool = False) -> Path:
        """A PEM file with key and certificate for these names."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
        issuer, signer = (subject, key) if self_signed else (self.name, self.key)
        certificate = self._sign(subject, key, list(names), issuer=issuer, signer=signer, expired=expired)
        file = self.folder / f"{names[0]}-{certificate.serial_number}.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
        return file

    def _sign(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        names: list[str],
        *,
        issuer: x509.Name,
        signer: ec.EllipticCurvePrivateKey | None = None,
        authority: bool = False,
        expired: bool = False,
    ) -> x509.Certificate:
        signer = signer or key
        now = datetime.now(UTC)
        until = now - timedelta(days=1) if expired else now + timedelta(days=2)
        builder = (
            x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - timedelta(days=3))
            .not_valid_after(until)
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        )
        if authority:
            builder = builder.add_extension(
                x509.KeyUsage(False, False, False, False, False, True, True, False, False), critical=True
            )
        if names:
            alternatives = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
            builder = builder.add_extension(alternatives, critical=False)
        return builder.sign(signer, hashes.SHA256())


# --- The web ----------------------------------------------------------------------------------------------------------

Say = Callable[[str, bytes], bytes | Iterator[bytes]]  # path and whole request; the whole answer, or pieces of it


def http(status: int, body: bytes = b"", **headers: str) -> bytes:
    """A whole answer."""
    fields = {"Content-Length": str(len(body)), **{name.replace("_", "-"): value for name, value in headers.items()}}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} Word\r\n{head}\r\n".encode() + body


def files(known: dict[str, bytes], missing: bytes = b"nothing here") -> Say:
    """What an honest server says."""
    return lambda path, _request: http(200, known[path]) if path in known else http(404, missing)


@dataclass
class Web:
    """A web server: its port, the requests that came whole, and how many connected at all."""

    port: int
    requests: list[bytes] = field(default_factory=list)
    connected: int = 0


@contextlib.contextmanager
def web_server(say: Say, certificate: Path | None, *, address: str = PUBLIC, port: int = 0) -> Iterator[Web]:
    """A web server for one address, with TLS where there is a certificate."""
    listening = socket.create_server((address, port), backlog=64)
    listening.settimeout(0.05)
    web = Web(int(listening.getsockname()[1]))
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    ended = threading.Event()

    def talk(plain: socket.socket) -> None:
        with contextlib.suppress(OSError), contextlib.ExitStack() as open_now:
            open_now.enter_context(plain)
            plain.settimeout(10)
            connection = context.wrap_socket(plain, server_side=True) if context else plain
            open_now.enter_context(connection)
            request = b""
            while b"\r\n\r\n" not in request and (part := connection.recv(4096)):
                request += part
            web.requests.append(request)
            path = ([*request.split(b" ", 2), b"", b""])[1].decode(errors="replace")
            said = say(path, request)
            for piece in [said] if isinstance(said, bytes) else said:
                if ended.is_set():
                    return
                connection.sendall(piece)

    def serve() -> None:
        while not ended.is_set():
            with contextlib.suppress(TimeoutError):
                plain, _ = listening.accept()
                web.connected += 1
                threading.Thread(target=talk, args=[plain], daemon=True).start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield web
    finally:
        ended.set()
        thread.join()
        listening.close()


def network(*servers: Server, authority: Authority | None = None, port: int = 443, **other: Any) -> Network:
    """What a check may use in the small Internet; each server is a resolver of its own."""
    return Network(
        **{
            "resolvers": tuple(Resolver((server,)) for server in servers),
            "reaches": reaches,
            "https_port": port,
            "authorities": str(authority.file) if authority else None,
            "query_seconds": 0.4,
            "connect_seconds": 1.0,
            "total_seconds": 2.0,
            **other,
        }
    )
