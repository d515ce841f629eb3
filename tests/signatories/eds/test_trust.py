"""What the operator puts into the folders is what is trusted."""

import base64
import os

import pytest

from campaign.checks import check_eds_files
from signatories.eds.errors import NoAuthorityInstalled, UnknownIssuer
from signatories.eds.trust import FileUnreadable, installed
from signatories.eds.verify import verify
from tests.signatories.eds.authority import (
    NOON,
    NUMBER,
    Signature,
    head,
    make_list,
    middle,
    root,
    rsa_head,
    rsa_root,
)


def pem(encoded: bytes, label: str) -> bytes:
    return f"-----BEGIN {label}-----\n{base64.encodebytes(encoded).decode()}-----END {label}-----\n".encode()


@pytest.fixture
def folders(tmp_path, settings):
    """The two folders, empty."""
    authorities, revoked = tmp_path / "authorities", tmp_path / "revoked"
    authorities.mkdir()
    revoked.mkdir()
    settings.EDS_CA_DIR, settings.EDS_CRL_DIR = str(authorities), str(revoked)
    return authorities, revoked


def names() -> set[str]:
    return {one.shown for one in installed().authorities}


def test_files_may_be_der_or_pem_with_several_certificates(folders):
    authorities, revoked = folders
    (authorities / "root.cer").write_bytes(root().certificate)
    (authorities / "both.pem").write_bytes(
        b"# downloaded today\n" + pem(middle().certificate, "CERTIFICATE") + pem(root().certificate, "CERTIFICATE")
    )
    (revoked / "a.crl").write_bytes(make_list(middle(), {}))
    (revoked / "b.pem").write_bytes(pem(make_list(root(), {}), "X509 CRL"))

    assert len(installed().authorities) == len({root().certificate, middle().certificate})
    assert len(installed().revocation_lists) == len({"a.crl", "b.pem"})


def test_what_is_installed_decides(folders):
    authorities, _ = folders
    signature = Signature(head(), b"content").encoded

    with pytest.raises(NoAuthorityInstalled):
        verify(signature, b"content", trust=installed(), at=NOON, number=NUMBER)
    (authorities / "middle.cer").write_bytes(middle().certificate)

    assert verify(signature, b"content", trust=installed(), at=NOON, number=NUMBER).number == NUMBER


def test_a_file_that_changes_is_read_anew(folders):
    authorities, _ = folders
    file = authorities / "authority.cer"
    file.write_bytes(root().certificate)
    before = names()

    file.write_bytes(rsa_root().certificate)
    os.utime(file, (1, 1))

    assert names() != before
    file.unlink()
    assert names() == set()


def test_hidden_files_folders_and_missing_folders_hold_nothing(folders, settings):
    authorities, _ = folders
    (authorities / ".keep").write_bytes(b"")
    (authorities / "old").mkdir()

    assert names() == set()
    settings.EDS_CA_DIR = str(authorities / "nowhere")
    assert names() == set()
    settings.EDS_CA_DIR = ""
    assert names() == set()


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", pem(b"hello", "CERTIFICATE"), make_list(root(), {})],
    ids=["nothing", "text", "armoured text", "a list"],
)
def test_a_file_of_another_kind_is_told_to_the_operator(folders, content):
    authorities, _ = folders
    (authorities / "strange.cer").write_bytes(content)

    with pytest.raises(FileUnreadable, match=r"The file strange\.cer in EDS_CA_DIR holds neither"):
        installed()


def test_a_persons_certificate_in_the_folder_makes_nobody_an_authority(folders):
    authorities, _ = folders
    (authorities / "person.cer").write_bytes(rsa_head().certificate)

    with pytest.raises(UnknownIssuer):
        verify(Signature(rsa_head(), b"content").encoded, b"content", trust=installed(), at=NOON, number=NUMBER)


def test_the_deployment_check_names_the_file(folders):
    authorities, _ = folders

    assert check_eds_files(None) == []
    (authorities / "strange.cer").write_bytes(b"hello")

    assert [error.id for error in check_eds_files(None)] == ["campaign.E004"]
