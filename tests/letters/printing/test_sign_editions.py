import os
import socket
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    NoEncryption,
    pkcs12,
)
from pyhanko.sign.signers import pdf_signer

from letters.printing import keys
from letters.printing.errors import SigningKeyUnusable, SigningNotConfigured, TimestampUnavailable
from letters.printing.render import render
from letters.printing.sign import sign
from letters.printing.verify import verify
from tests.letters.printing import verapdf
from tests.letters.printing.conftest import LANGUAGES, run_on
from tests.sealing_authority import running_authority, serving


@pytest.fixture
def timestamp_authority(tmp_path):
    """A real timestamp authority (RFC 3161) on a free port."""
    with running_authority(tmp_path / "authority") as authority:
        yield authority.timestamps


def make_pkcs12(path, key, password="secret", *, name="Issuer", days=(-1, 30)):
    """A PKCS#12 file with that key, its certificate issued by an authority that stands in the file too."""
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority = _certificate("Authority", authority_key.public_key(), "Authority", authority_key, days, ca=True)
    certificate = _certificate(name, key.public_key(), "Authority", authority_key, days, ca=False)
    content = pkcs12.serialize_key_and_certificates(
        b"x", key, certificate, [authority], BestAvailableEncryption(password.encode()) if password else NoEncryption()
    )
    path.write_bytes(content)
    return path


def _certificate(subject, public_key, issuer, issuer_key, days, *, ca):
    names = [x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]) for name in (subject, issuer)]
    usage = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False
    )
    usage |= {"digital_signature": not ca, "content_commitment": not ca, "key_cert_sign": ca, "crl_sign": ca}
    start, end = (datetime.now(UTC) + timedelta(days=day) for day in days)
    return (
        x509.CertificateBuilder(names[1], names[0], public_key, x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .sign(issuer_key, hashes.SHA256())
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_signed_edition_stays_archivable_and_accessible_and_readers_find_it_valid(
    make_payload, language, demonstration
):
    pdf = sign(render(make_payload(language)))

    assert verapdf.failures(pdf, "3a") == []
    assert verapdf.failures(pdf, "ua1") == []
    said = run_on(pdf, "pdfsig", "-nocert", "{}", folder=demonstration)
    assert "Signature Type: ETSI.CAdES.detached" in said
    assert "Total document signed" in said
    assert "Signature Validation: Signature is Valid." in said


def test_what_was_printed_stands_unchanged_at_the_beginning_of_what_was_signed(make_payload, demonstration):
    pdf = render(make_payload())

    assert sign(pdf).startswith(pdf)


def test_a_demonstration_makes_its_own_certificate_once_and_says_so(make_payload, demonstration):
    pdf = render(make_payload())
    first, second = sign(pdf), sign(pdf)

    file = demonstration / "keys" / "demonstration.p12"
    assert [path.name for path in file.parent.iterdir()] == ["demonstration.p12"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert verify(first).valid
    assert verify(second).valid
    assert "DEMONSTRATION" in verify(first).signer


def test_of_processes_that_need_the_demonstration_key_at_once_all_get_the_same(demonstration):
    script = (
        "import sys, pathlib; from letters.printing import keys\n"
        "print(keys._demonstration_file(pathlib.Path(sys.argv[1])).read_bytes().hex())"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "campaign.settings"}

    racers = [
        subprocess.Popen(
            [sys.executable, "-c", script, demonstration / "keys"], env=environment, stdout=subprocess.PIPE
        )
        for _ in range(4)
    ]

    assert len({racer.communicate()[0] for racer in racers}) == 1
    assert all(racer.returncode == 0 for racer in racers)
    assert len(list((demonstration / "keys").iterdir())) == 1


def test_without_a_key_nothing_is_signed_outside_a_demonstration(settings):
    settings.DEMONSTRATION, settings.SIGNING_PKCS12 = False, ""

    with pytest.raises(SigningNotConfigured, match="SIGNING_PKCS12"):
        sign(b"%PDF-1.7")


@pytest.mark.parametrize(
    "key", [rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP384R1())], ids=["rsa", "ec"]
)
def test_a_configured_key_signs_and_its_chain_is_trusted(make_payload, key, settings, tmp_path):
    settings.SIGNING_PKCS12, settings.SIGNING_PASSWORD = str(make_pkcs12(tmp_path / "issuer.p12", key)), "secret"

    pdf = sign(render(make_payload(signatories=())))

    assert (verify(pdf).problems, verify(pdf).signer) == ((), "Issuer")
    assert "Signature Validation: Signature is Valid." in run_on(pdf, "pdfsig", "-nocert", "{}", folder=tmp_path)


@pytest.mark.parametrize(
    ("content", "password"),
    [("missing", "secret"), ("garbage", "secret"), ("key", "wrong"), ("edwards", "secret")],
)
def test_a_key_that_cannot_be_used_is_refused_and_never_replaced_by_the_demonstration(
    content, password, settings, demonstration
):
    file = demonstration / "issuer.p12"
    settings.SIGNING_PKCS12, settings.SIGNING_PASSWORD = str(file), password
    if content == "garbage":
        file.write_bytes(b"garbage")
    if content == "key":
        make_pkcs12(file, ec.generate_private_key(ec.SECP256R1()))
    if content == "edwards":
        make_pkcs12(file, ed25519.Ed25519PrivateKey.generate())

    with pytest.raises(SigningKeyUnusable):
        sign(b"%PDF-1.7")
    assert not (demonstration / "keys").exists()


def test_the_key_is_read_once_by_a_process(make_payload, demonstration, monkeypatch):
    pdf = render(make_payload(signatories=()))
    sign(pdf)
    monkeypatch.setattr(keys.pkcs12, "load_key_and_certificates", None)

    assert verify(sign(pdf)).valid


def test_a_timestamp_authority_confirms_the_time(make_payload, demonstration, settings, timestamp_authority):
    settings.TIMESTAMP_URL = timestamp_authority

    pdf = sign(render(make_payload()))
    verdict = verify(pdf)

    assert (verdict.problems, verdict.timestamp_authority) == ((), "Local stamper")
    assert abs(datetime.now(UTC) - verdict.timestamped_at) < timedelta(minutes=1)
    assert (verapdf.failures(pdf, "3a"), verapdf.failures(pdf, "ua1")) == ([], [])
    assert "Signature is Valid" in run_on(pdf, "pdfsig", "-nocert", "{}", folder=demonstration)


@pytest.mark.parametrize(
    ("status", "content_type", "body"),
    [
        ("500 x", "text/plain", b""),
        ("200 OK", "text/html", b"<html>"),
        ("200 OK", "application/timestamp-reply", b"nonsense"),
    ],
)
def test_a_broken_timestamp_authority_is_named_and_nothing_goes_out_without_its_stamp(
    make_payload, demonstration, settings, status, content_type, body
):
    def application(environ, start_response):
        environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        start_response(status, [("Content-Type", content_type)])
        return [body]

    with serving(application) as address:
        settings.TIMESTAMP_URL = address
        with pytest.raises(TimestampUnavailable):
            sign(render(make_payload(signatories=())))


def test_a_timestamp_authority_that_is_not_there_is_worth_another_attempt(make_payload, demonstration, settings):
    settings.TIMESTAMP_URL = "http://127.0.0.1:9/"

    with pytest.raises(OSError, match="timestamp authority"):
        sign(render(make_payload(signatories=())))


def test_a_timestamp_authority_that_never_answers_is_not_waited_for(make_payload, demonstration, settings, monkeypatch):
    monkeypatch.setattr("letters.printing.sign.TIMESTAMP_TIMEOUT", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.TIMESTAMP_URL = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        started = time.monotonic()
        with pytest.raises(TimestampUnavailable):
            sign(render(make_payload(signatories=())))

    assert time.monotonic() - started < 5


def test_a_letter_stays_valid_when_its_certificate_runs_out_but_nothing_is_signed_with_it_after(
    make_payload, settings, tmp_path, monkeypatch
):
    class Then(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) - timedelta(days=400)

    pdf = render(make_payload(signatories=()))
    file = make_pkcs12(tmp_path / "old.p12", ec.generate_private_key(ec.SECP256R1()), days=(-500, -300))
    settings.SIGNING_PKCS12, settings.SIGNING_PASSWORD, settings.TIMESTAMP_URL = str(file), "secret", ""
    with monkeypatch.context() as past:
        past.setattr(pdf_signer, "datetime", Then)
        past.setattr("letters.printing.sign.datetime", Then)
        signed_then = sign(pdf)

    assert verify(signed_then).problems == ()
    with pytest.raises(SigningKeyUnusable, match="run out"):
        sign(pdf)
