"""The worker asks a real server of the certification authority whether a certificate is revoked."""

import base64
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import ocsp
from django.test import Client

from campaign.base.jobs import JobState
from signatories.models import Check, EdsSignature, Evidence, Signature
from signatories.services import eds as electronic
from signatories.states import EvidenceKind, Outcome
from signatories.tasks import run_check
from tests.signatories.checks.servers import Zone, dns_server
from tests.signatories.eds import authority as ours
from tests.signatories.eds.authority import NUMBER, head, middle, root

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
Said = tuple[int, bytes, dict[str, str]]


class Responder:
    """An authority's server; `say` gives status, body and headers for the nonce that came."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str]] = []
        self.say: Callable[[bytes], Said] = lambda nonce: (200, ours.answer(head(), middle(), nonce=nonce), {})
        responder = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                responder.requests.append((self.path, self.headers["Content-Type"]))
                status, answer, headers = responder.say(ocsp.OCSPRequest.load(body).nonce_value.native)
                self.send_response(status)
                for name, value in {"Content-Length": str(len(answer)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: Any) -> None:
                """Nothing is written."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = int(self.server.server_address[1])
        self.url = f"http://127.0.0.1:{self.port}/"


@pytest.fixture
def authority() -> Iterator[Responder]:
    responder = Responder()
    thread = threading.Thread(target=responder.server.serve_forever, args=[0.02], daemon=True)
    thread.start()
    yield responder
    responder.server.shutdown()
    thread.join()
    responder.server.server_close()


@pytest.fixture(autouse=True)
def _asking(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, authority: Responder) -> None:
    """The operator trusts the authorities of the tests and has set the address of their server."""
    for holder in (root(), middle()):
        (tmp_path / f"{holder.sha256}.cer").write_bytes(holder.certificate)
    settings.EDS_CA_DIR, settings.EDS_CRL_DIR, settings.EDS_OCSP_URL = str(tmp_path), "", authority.url
    monkeypatch.setattr("signatories.views.my_eds.timezone.now", lambda: ours.NOON)


@pytest.fixture
def signature(confirmed: Callable[..., Signature], client: Client) -> Signature:
    """A signature whose person has sent a good electronic signature of the first head."""
    given = confirmed(number_scheme="KZ-BIN", number=NUMBER)
    client.force_login(given.person)  # type: ignore[arg-type]
    cms = base64.b64encode(ours.Signature(head(), electronic.manifest_of(given)).encoded).decode()
    assert client.post(f"/en/my/signatures/{given.pk}/eds/", {"pasted": cms}).status_code == 302
    return given


def work() -> Check:
    run_check(check_id=Check.objects.get().pk)
    return Check.objects.get()


def said(client: Client, signature: Signature) -> str:
    (attempt,) = client.get(f"/en/my/signatures/{signature.pk}/eds/").context["attempts"]
    text: str = attempt.said
    return text


def test_a_good_answer_is_kept_with_the_signature(signature: Signature, authority: Responder) -> None:
    check = work()

    facts = EdsSignature.objects.get().facts
    assert (check.outcome, facts["revocation"]) == (Outcome.PASSED, "good")
    assert authority.requests == [("/", "application/ocsp-request")]
    assert ocsp.OCSPResponse.load(base64.b64decode(facts["ocsp_answer"]))["response_status"].native == "successful"


def test_a_revoked_certificate_is_no_evidence(client: Client, signature: Signature, authority: Responder) -> None:
    authority.say = lambda nonce: (200, ours.answer(head(), middle(), nonce=nonce, revoked=ours.NOON - DAY), {})

    check = work()

    assert (check.outcome, check.outcome_code) == (Outcome.FAILED, "CertificateRevoked")
    assert "revoked" in said(client, signature)
    assert not Evidence.objects.filter(kind=EvidenceKind.EDS).exists()


def test_an_authority_that_is_silent_is_asked_three_times_and_then_the_person_is_told(
    client: Client, signature: Signature, settings: Any
) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # and does not listen
        settings.EDS_OCSP_URL = f"http://127.0.0.1:{nobody.getsockname()[1]}/"
        states = [work().state for _ in range(3)]

    check = Check.objects.get()
    assert states == [JobState.WAITING, JobState.WAITING, JobState.DONE]
    assert (check.outcome, check.outcome_code) == (Outcome.UNKNOWN, "not_reached")
    assert "did not answer whether the certificate is revoked" in said(client, signature)
    assert not Evidence.objects.filter(kind=EvidenceKind.EDS).exists()


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param((302, b"", {"Location": "http://127.0.0.1/other"}), id="leads elsewhere"),
        pytest.param((500, b"trouble", {}), id="in trouble"),
        pytest.param((200, bytes(65 * 1024), {}), id="too long"),
        pytest.param((200, b"x", {"Content-Encoding": "gzip"}), id="compressed"),
    ],
)
def test_what_is_no_answer_counts_as_silence(signature: Signature, authority: Responder, answer: Said) -> None:
    authority.say = lambda _nonce: answer

    check = work()

    assert (check.state, check.outcome, len(authority.requests)) == (JobState.WAITING, "", 1)


def test_a_name_leads_to_public_addresses_alone(signature: Signature, authority: Responder, settings: Any) -> None:
    with dns_server(Zone(addresses={"ocsp.pki.example": ["127.0.0.1"]})) as resolver:
        settings.DNS_RESOLVERS = [f"127.0.0.1:{resolver.port}"]
        settings.EDS_OCSP_URL = f"http://ocsp.pki.example:{authority.port}/"
        check = work()

    assert (check.state, check.reason, authority.requests) == (JobState.WAITING, "not_public", [])


def test_an_attempt_that_a_fault_ended_does_not_seem_to_wait(client: Client, signature: Signature) -> None:
    Check.objects.update(state=JobState.PARKED, reason="ValueError")

    page = client.get(f"/en/my/signatures/{signature.pk}/eds/")

    assert [one.waits for one in page.context["attempts"]] == [False]
    assert "it could not be verified, through a fault of this site; send it again" in page.content.decode()
