"""The sealing key in a hardware token: SoftHSM stands in for the hardware and is asked through the same interface (PKCS#11)."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pkcs11
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
from pkcs11 import Attribute, CertificateType, ObjectClass

from letters.printing import keys, seal
from letters.printing.errors import SigningKeyUnusable
from letters.printing.render import render
from letters.printing.sign import sign
from letters.printing.verify import verify
from tests.letters.printing import verapdf
from tests.letters.printing.conftest import run_on
from tests.letters.printing.test_sign_editions import make_pkcs12

MODULE = "/usr/lib/softhsm/libsofthsm2.so"
PIN = "4711"
URI = f"pkcs11:token=Human%20rights;object={{key}}?module-path={MODULE}"
SEALING = {"rsa": rsa.generate_private_key(65537, 2048), "ec": ec.generate_private_key(ec.SECP256R1())}


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A token with two keys: "rsa" with the certificate of its authority, and "ec"; and a key "bare" without certificate."""
    folder = tmp_path_factory.mktemp("token")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
        _tool("--init-token", "--free", "--label", "Human rights", "--so-pin", "0000")
        pkcs11.lib(MODULE).reinitialize()
        for number, (name, key) in enumerate({**SEALING, "bare": SEALING["ec"]}.items(), start=1):
            pem = folder / "key.pem"
            pem.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
            _tool("--import", pem, "--token", "Human rights", "--label", name, "--id", f"0{number}")
        pkcs11.lib(MODULE).reinitialize()
        session = pkcs11.lib(MODULE).get_token(token_label="Human rights").open(user_pin=PIN, rw=True)
        for number, (name, key) in enumerate(SEALING.items(), start=1):
            made = make_pkcs12(folder / "made.p12", key, name=f"Issuer {name}").read_bytes()
            _key, own, (authority,) = pkcs12.load_key_and_certificates(made, b"secret")
            assert own is not None
            _put(session, own, bytes([number]))
            if name == "rsa":
                _put(session, authority, b"\x09")
        pkcs11.lib(MODULE).reinitialize()
        yield folder
        pkcs11.lib(MODULE).reinitialize()


def _tool(*arguments: Any) -> None:
    command = ["softhsm2-util", *map(str, arguments), "--pin", PIN]
    subprocess.run(command, check=True, capture_output=True)


def _put(session: Any, certificate: Any, number: bytes) -> None:
    session.create_object(
        {
            Attribute.CLASS: ObjectClass.CERTIFICATE,
            Attribute.CERTIFICATE_TYPE: CertificateType.X_509,
            Attribute.TOKEN: True,
            Attribute.ID: number,
            Attribute.SUBJECT: certificate.subject.public_bytes(),
            Attribute.VALUE: certificate.public_bytes(Encoding.DER),
        }
    )


@pytest.fixture(autouse=True)
def _configured(settings: Any, token: Path) -> Iterator[None]:
    settings.SIGNING_PKCS12, settings.SIGNING_PASSWORD, settings.TIMESTAMP_URL = "", PIN, ""
    keys._in_token.cache_clear()
    pkcs11.lib(MODULE).reinitialize()
    yield
    keys._in_token.cache_clear()


@pytest.mark.parametrize("kind", SEALING)
def test_a_key_that_stays_in_its_token_seals_an_edition(
    make_payload: Any, kind: str, settings: Any, token: Path
) -> None:
    settings.SIGNING_PKCS11 = URI.format(key=kind)

    pdf = sign(render(make_payload()))

    assert (verify(pdf).problems, verify(pdf).signer) == ((), f"Issuer {kind}")
    assert (verapdf.failures(pdf, "3a"), verapdf.failures(pdf, "ua1")) == ([], [])
    assert "Signature Validation: Signature is Valid." in run_on(pdf, "pdfsig", "-nocert", "{}", folder=token)


@pytest.mark.parametrize("kind", SEALING)
def test_and_a_file_of_proofs(kind: str, settings: Any, tmp_path: Path) -> None:
    settings.SIGNING_PKCS11 = URI.format(key=kind)
    content, sealed, certificates = (tmp_path / name for name in ("content", "sealed", "certificates"))
    content.write_bytes(b"sums")
    sealed.write_bytes(seal.seal(b"sums"))
    certificates.write_bytes(seal.certificates())

    def check() -> int:
        files = ["-in", sealed, "-content", content, "-certfile", certificates, "-out", tmp_path / "out"]
        command = ["openssl", "cms", "-verify", "-inform", "DER", "-binary", "-noverify", *map(str, files)]
        return subprocess.run(command, capture_output=True, check=False).returncode

    assert check() == 0
    content.write_bytes(b"other sums")
    assert check() != 0


def test_a_token_that_was_pulled_out_and_put_back_signs_again(make_payload: Any, settings: Any) -> None:
    settings.SIGNING_PKCS11 = URI.format(key="ec")
    pdf = render(make_payload(signatories=()))
    sign(pdf)

    pkcs11.lib(MODULE).reinitialize()  # every session is gone

    assert verify(sign(pdf)).valid


@pytest.mark.parametrize(
    ("uri", "pin", "words"),
    [
        (URI.format(key="rsa"), "0815", "cannot be used"),
        (URI.format(key="none"), PIN, "cannot be used"),
        (URI.format(key="bare"), PIN, "no certificate"),
        (URI.format(key="rsa").replace("Human", "Animal"), PIN, "cannot be used"),
        (URI.format(key="rsa").replace("libsofthsm2", "libnothing"), PIN, "cannot be loaded"),
        ("pkcs11:token=Human%20rights", PIN, "must read"),
        ("file:///etc/passwd", PIN, "must read"),
    ],
)
def test_a_token_that_cannot_be_used_is_named_and_never_replaced_by_the_demonstration(
    uri: str, pin: str, words: str, settings: Any, tmp_path: Path
) -> None:
    settings.DEMONSTRATION, settings.VAR_DIR, settings.SIGNING_PKCS11, settings.SIGNING_PASSWORD = (
        True,
        tmp_path,
        uri,
        pin,
    )

    with pytest.raises(SigningKeyUnusable, match=words):
        sign(b"%PDF-1.7")
    assert not (tmp_path / "keys").exists()


def test_the_key_itself_never_comes_out(settings: Any) -> None:
    settings.SIGNING_PKCS11 = URI.format(key="rsa")
    key: Any = keys.identity().key

    with pytest.raises(NotImplementedError):
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    assert key.key_size == 2048
