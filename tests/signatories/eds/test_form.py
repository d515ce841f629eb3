"""One signature comes: as a file or as text, and never too much of it."""

import pytest
from csp.middleware import CSPMiddleware
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.utils import translation

from signatories.forms.eds import EdsForm
from signatories.views.browser import may_call_ncalayer

PEM = "-----BEGIN CMS-----\nMIIB\n-----END CMS-----"
MOST = 256 * 1024


def form(pasted: str = "", file: bytes | None = None) -> EdsForm:
    files = {} if file is None else {"file": SimpleUploadedFile("letter.cms", file)}
    return EdsForm({"pasted": pasted}, files)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def test_the_text_of_ncalayer_is_taken():
    filled = form(PEM)

    assert filled.is_valid()
    assert filled.signature() == PEM.encode()


def test_a_file_is_taken():
    filled = form(file=b"\x30\x00")

    assert filled.is_valid()
    assert filled.signature() == b"\x30\x00"


def test_nothing_is_not_enough():
    assert form().errors == {
        "pasted": ["No signature came. Sign in NCALayer, paste the signature, or choose the file."]
    }


def test_both_are_too_many():
    assert form(PEM, b"\x30\x00").errors == {
        "file": ["Send one signature: leave the field above empty, or choose no file."]
    }


@pytest.mark.parametrize(
    ("pasted", "file", "field"), [("Я" * (MOST // 2 + 1), None, "pasted"), ("", bytes(MOST + 1), "file")]
)
def test_too_much_is_refused_before_anybody_reads_it(pasted, file, field):
    [error] = form(pasted, file).errors[field]

    assert error.startswith("The electronic signature was not accepted: it is larger than 256 kB.")


def test_what_was_pasted_stays_in_the_form():
    assert PEM in str(form(PEM, b"\x30\x00")["pasted"])


def test_only_the_decorated_page_may_call_ncalayer(rf):
    def page(request):
        return HttpResponse("")

    plain, calling = (CSPMiddleware(view)(rf.get("/")) for view in (page, may_call_ncalayer(page)))

    assert "connect-src 'self';" in plain["Content-Security-Policy"] + ";"
    assert "connect-src 'self' wss://127.0.0.1:13579;" in calling["Content-Security-Policy"] + ";"
