"""One web request that reaches nothing but what it may: the way to foreign servers for the whole product.

The name is resolved here, all its addresses are looked at, the connection goes to one of them and is asked where it went.
No redirects, proxies, cookies or passwords; a body of some kilobytes, not compressed; one deadline for everything.
"""

import functools
import http.client
import io
import re
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from signatories.checks.addresses import Address
from signatories.checks.dns import Host, NotResolved, addresses_of
from signatories.checks.network import Deadline, Network
from signatories.checks.outcome import Reason

MOST_ADDRESSES = 4  # that are tried, one after another
MOST_HEADER_BYTES = 32 * 1024
PORTS = {"https": 443, "http": 80}
PLAIN = re.compile(r"[!-\[\]-~]+")  # printable ASCII without the backslash
EXPIRED, OTHER_NAME = {10}, {62, 64}  # X509_V_ERR_… of OpenSSL


class NotFetched(Exception):
    """A request brought nothing that counts; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Page:
    """What a server answered. `whole` is false where the body was longer than was read; `host` is where the name led."""

    status: int
    body: bytes
    whole: bool
    host: Host


@dataclass(frozen=True, slots=True)
class _Target:
    scheme: str
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def get(
    url: str,
    *,
    network: Network,
    headers: Mapping[str, str] | None = None,
    largest: int | None = None,
    deadline: Deadline | None = None,
    host: Host | None = None,
) -> Page:
    """One GET.

    :param largest: bytes of the body that are read; the network's own limit otherwise.
    :param host: where the name led before in the same check, so that it cannot lead elsewhere now.
    :raises NotFetched: for whichever reason.
    """
    return _exchange("GET", url, None, headers or {}, network, largest, deadline, host)


def post(
    url: str,
    body: bytes,
    *,
    content_type: str,
    network: Network,
    headers: Mapping[str, str] | None = None,
    largest: int | None = None,
    deadline: Deadline | None = None,
) -> Page:
    """One POST, for services that an operator or a certificate names.

    :raises NotFetched: for whichever reason.
    """
    return _exchange(
        "POST", url, body, {"Content-Type": content_type, **(headers or {})}, network, largest, deadline, None
    )


def _exchange(
    method: str,
    url: str,
    body: bytes | None,
    headers: Mapping[str, str],
    network: Network,
    largest: int | None,
    deadline: Deadline | None,
    host: Host | None,
) -> Page:
    target = _target(url)
    deadline = deadline or Deadline(network.total_seconds)
    largest = network.largest_body if largest is None else largest
    try:
        host = host or addresses_of(target.host, network=network, deadline=deadline)
        if not all(network.reaches(address) for address in host.addresses):
            raise NotFetched(Reason.NOT_PUBLIC)
        with _connect(target, host.addresses[:MOST_ADDRESSES], network, deadline) as connection:
            connection.sendall(_request(method, target, headers, body))
            return _read(connection, method, largest, deadline, host)
    except NotResolved as nowhere:
        raise NotFetched(nowhere.reason) from None
    except TimeoutError:
        raise NotFetched(Reason.TOO_SLOW) from None
    except ssl.SSLCertVerificationError as error:
        raise NotFetched(_certificate_reason(error.verify_code)) from None
    except ssl.SSLError:
        raise NotFetched(Reason.TLS_BROKEN) from None
    except OSError:
        raise NotFetched(Reason.NOT_REACHED) from None
    except (http.client.HTTPException, ValueError):
        raise NotFetched(Reason.NOT_HTTP) from None


def _target(url: str) -> _Target:
    """The parts of an absolute address.

    :raises NotFetched: it holds what no address of ours does: another scheme, a password, a fragment, a space.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        raise NotFetched(Reason.ADDRESS_REFUSED) from None
    clean = PLAIN.fullmatch(url) and not parts.fragment and "@" not in parts.netloc
    if not clean or not parts.hostname or parts.scheme not in PORTS:
        raise NotFetched(Reason.ADDRESS_REFUSED)
    query = f"?{parts.query}" if parts.query else ""
    return _Target(parts.scheme, parts.hostname, port, (parts.path or "/") + query)


def _connect(target: _Target, addresses: tuple[Address, ...], network: Network, deadline: Deadline) -> socket.socket:
    """A connection to the first address that takes one, with the certificate checked for the name.

    :raises OSError: none does.
    """
    trouble: OSError = ConnectionRefusedError()
    for address in addresses:
        try:
            plain = socket.create_connection(
                (str(address), target.port), timeout=deadline.left(at_most=network.connect_seconds)
            )
        except OSError as error:
            trouble = error
            continue
        try:
            return _secured(plain, address, target, network, deadline)
        except BaseException:
            plain.close()
            raise
    raise trouble


def _secured(
    plain: socket.socket, address: Address, target: _Target, network: Network, deadline: Deadline
) -> socket.socket:
    if plain.getpeername()[0] != str(address) or not network.reaches(address):
        raise NotFetched(Reason.NOT_PUBLIC)
    plain.settimeout(deadline.left(at_most=network.connect_seconds))
    if target.scheme == "http":
        return plain
    return _tls(network.authorities).wrap_socket(plain, server_hostname=target.host)


@functools.cache
def _tls(authorities: str | None) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=authorities)


def _request(method: str, target: _Target, headers: Mapping[str, str], body: bytes | None) -> bytes:
    lines = {
        "Host": target.host_header,
        "User-Agent": "Qoltanba",
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "Connection": "close",
        **({} if body is None else {"Content-Length": str(len(body))}),
        **headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} {target.path} HTTP/1.1\r\n{head}\r\n".encode("ascii") + (body or b"")


def _read(connection: socket.socket, method: str, largest: int, deadline: Deadline, host: Host) -> Page:
    reader: Any = _Reader(connection, deadline, most=largest + MOST_HEADER_BYTES)
    answer = http.client.HTTPResponse(reader, method=method)
    answer.begin()
    if answer.getheader("Transfer-Encoding", "chunked").lower() != "chunked":
        raise NotFetched(Reason.ENCODED)
    if answer.getheader("Content-Encoding", "identity").lower() != "identity":
        raise NotFetched(Reason.ENCODED)
    body = answer.read(largest + 1)
    return Page(answer.status, body[:largest], len(body) <= largest, host)


class _Reader(io.RawIOBase):
    """The bytes of a connection for `http.client`: each read ends with the deadline, and all of them with a number of bytes."""

    def __init__(self, connection: socket.socket, deadline: Deadline, *, most: int) -> None:
        super().__init__()
        self._connection, self._deadline, self._left = connection, deadline, most

    def makefile(self, _mode: str) -> io.BufferedReader:
        """What HTTPResponse asks a socket for."""
        return io.BufferedReader(self, 4096)

    def readable(self) -> bool:
        """Nothing else can be done with it."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read what has come, at most what is left.

        :raises NotFetched: more came than may.
        """
        if self._left <= 0:
            raise NotFetched(Reason.TOO_LARGE)
        self._connection.settimeout(self._deadline.left())
        count = self._connection.recv_into(memoryview(buffer)[: self._left])
        self._left -= count
        return count


def _certificate_reason(code: int) -> Reason:
    if code in EXPIRED:
        return Reason.CERTIFICATE_EXPIRED
    return Reason.CERTIFICATE_OTHER_NAME if code in OTHER_NAME else Reason.CERTIFICATE_UNTRUSTED
