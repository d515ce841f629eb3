"""What lists and answers of an authority say of a certificate, and when they are believed."""

from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import ocsp

from signatories.eds.certificates import read_certificate
from signatories.eds.errors import (
    CertificateRevoked,
    CertificateUnknown,
    OtherContent,
    RevocationAnswerWrong,
    Unreadable,
)
from signatories.eds.revocation import ask, check_answer, read_list
from signatories.eds.states import Revocation
from signatories.eds.verify import ask_revocation, verify
from tests.signatories.eds import authority as ours
from tests.signatories.eds.authority import NOON, NUMBER, Signature, answer, head, make_list, middle, root, rsa_root
from tests.signatories.eds.conftest import trusting

CONTENT = b'{"letter":"1"}'
DAY = timedelta(days=1)
URL = "http://ocsp.example/"


def check(*lists: bytes, at: datetime = NOON) -> Revocation:
    trust = trusting(root(), middle(), lists=tuple(map(read_list, lists)))
    return verify(Signature(head(), CONTENT).encoded, CONTENT, trust=trust, at=at, number=NUMBER).revocation


# Lists


def test_without_a_list_nothing_is_known():
    assert check() == Revocation.NOT_CHECKED


def test_a_current_list_without_the_certificate_excuses_it():
    assert check(make_list(middle(), {})) == Revocation.GOOD
    assert check(make_list(middle(), {4711: NOON - DAY, head().serial + 1: NOON - DAY})) == Revocation.GOOD


def test_a_list_that_has_run_out_excuses_nobody_and_still_accuses():
    old = {"since": NOON - 9 * DAY, "until": NOON - DAY}

    assert check(make_list(middle(), {}, **old)) == Revocation.NOT_CHECKED
    with pytest.raises(CertificateRevoked):
        check(make_list(middle(), {head().serial: NOON - 10 * DAY}, **old))


def test_revoked_later_it_is_still_good_at_the_time():
    assert check(make_list(middle(), {head().serial: NOON + DAY / 2})) == Revocation.GOOD


def test_a_key_that_was_known_to_somebody_else_is_refused_since_then():
    stolen = ours.extension("2.5.29.24", ours.time(NOON - DAY))

    with pytest.raises(CertificateRevoked):
        check(make_list(middle(), {head().serial: NOON + DAY / 2}, entry_extensions=[stolen]))


def test_a_suspended_certificate_is_refused():
    with pytest.raises(CertificateRevoked):
        check(make_list(middle(), {head().serial: NOON - DAY}, reason=6))


@pytest.mark.parametrize(
    "listed",
    [
        pytest.param(lambda serial: make_list(rsa_root(), serial), id="another authority's"),
        pytest.param(lambda serial: make_list(middle(), serial, key=ours.gost_key("mira")), id="forged"),
        pytest.param(
            lambda serial: make_list(
                middle(), serial, extensions=[ours.extension("2.5.29.27", ours.integer(3), critical=True)]
            ),
            id="of changes only",
        ),
        pytest.param(lambda serial: make_list(middle(), serial, key=_Old(5)), id="signed by the old GOST"),
    ],
)
def test_a_list_that_cannot_be_used_is_left_aside(listed):
    assert check(listed({})) == Revocation.NOT_CHECKED
    assert check(listed({head().serial: NOON - DAY})) == Revocation.NOT_CHECKED


class _Old(ours.GostKey):
    def __init__(self, secret: int) -> None:
        super().__init__(secret, signs=ours.OLD_GOST)


def test_an_entry_with_a_condition_that_nobody_knows_is_not_passed_over():
    condition = ours.extension("2.5.29.29", ours.sequence(), critical=True)

    with pytest.raises(RevocationAnswerWrong):
        check(make_list(middle(), {head().serial: NOON - DAY}, entry_extensions=[condition]))


def test_a_certificate_is_found_among_many():
    revoked = dict.fromkeys(range(10000, 12000), NOON - DAY)

    assert read_list(make_list(middle(), revoked)).revoked_at(11_234) == NOON - DAY
    assert read_list(make_list(middle(), revoked)).revoked_at(9_999) is None


def test_the_same_bytes_elsewhere_in_a_list_are_no_entry():
    inside = ours.extension("1.2.3.4", ours.integer(4711))
    listed = read_list(make_list(middle(), {5: NOON - DAY, 4711: NOON}, entry_extensions=[inside]))

    assert listed.revoked_at(4711) == NOON
    assert read_list(make_list(middle(), {5: NOON}, entry_extensions=[inside])).revoked_at(4711) is None


def test_long_entries_are_found_as_well():
    long = ours.extension("1.2.3.4", ours.octets(bytes(300)))

    assert read_list(make_list(middle(), {4711: NOON}, entry_extensions=[long])).revoked_at(4711) == NOON


def test_what_is_no_list_cannot_be_read():
    with pytest.raises(Unreadable):
        read_list(head().certificate)


# Answers


def judge(given: bytes, *, time: datetime = NOON, at: datetime = NOON) -> Revocation:
    certificate, issuer = read_certificate(head().certificate), read_certificate(middle().certificate)
    return check_answer(given, certificate, issuer, time=time, at=at)


def test_a_good_answer_is_believed_from_the_authority_and_from_whom_it_has_charged():
    assert judge(answer(head(), middle())) == Revocation.GOOD
    assert judge(answer(head(), middle(), by=middle())) == Revocation.GOOD
    assert judge(answer(head(), middle(), digested=ours.SHA1)) == Revocation.GOOD
    assert judge(answer(head(), middle(), digested=ours.STREEBOG)) == Revocation.GOOD


def test_a_good_answer_reaches_the_verdict():
    given = answer(head(), middle())
    signature = Signature(head(), CONTENT).encoded
    trust = trusting(root(), middle())

    verdict = verify(signature, CONTENT, trust=trust, at=NOON, number=NUMBER, ocsp_answer=given)

    assert verdict.revocation == Revocation.GOOD


def test_revoked_later_the_answer_leaves_it_good():
    assert judge(answer(head(), middle(), revoked=NOON + DAY / 2, at=NOON + DAY), at=NOON + DAY) == Revocation.GOOD


def test_never_issued_is_unknown():
    """As the National Certification Authority's responder answers: revoked since 1970."""
    with pytest.raises(CertificateUnknown):
        judge(answer(head(), middle(), revoked=datetime(1970, 1, 1, tzinfo=UTC)))


def charged(*extensions: bytes, **more):
    return ours.certify(ours.gost_key("other"), ours.authority_name("БАСҚА"), extensions=extensions, **more)


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(lambda: b"", id="nothing"),
        pytest.param(lambda: b"<html>", id="a page"),
        pytest.param(lambda: answer(head(), middle(), status=3), id="try later"),
        pytest.param(lambda: answer(head(), middle(), serial=4711), id="about another certificate"),
        pytest.param(lambda: answer(head(), root()), id="about another authority's"),
        pytest.param(lambda: answer(head(), middle(), at=NOON - 2 * DAY), id="old"),
        pytest.param(lambda: answer(head(), middle(), at=NOON - 2 * DAY, until=NOON - DAY), id="run out"),
        pytest.param(lambda: answer(head(), middle(), at=NOON + DAY), id="of tomorrow"),
        pytest.param(lambda: answer(head(), middle())[:-5], id="cut off"),
        pytest.param(lambda: answer(head(), middle(), by=charged(by=middle())), id="of anybody below"),
        pytest.param(
            lambda: answer(head(), middle(), by=charged(ours.purposes(ours.ANSWER), by=middle(), ends=NOON - DAY)),
            id="of one charged formerly",
        ),
        pytest.param(
            lambda: answer(
                head(),
                middle(),
                by=charged(ours.purposes(ours.ANSWER), by=middle(), issuer_key=ours.gost_key("foreign")),
            ),
            id="of one who charged himself",
        ),
    ],
)
def test_an_answer_that_cannot_be_believed_is_refused(given):
    with pytest.raises(RevocationAnswerWrong):
        judge(given())


def test_an_answer_that_says_until_when_holds_so_long():
    assert judge(answer(head(), middle(), at=NOON - 5 * DAY, until=NOON + DAY)) == Revocation.GOOD


# Asking


def responding(seen: list, **more):
    """An authority that answers with the nonce it was sent."""

    def fetch(url: str, body: bytes) -> bytes:
        seen.append(url)
        request = ocsp.OCSPRequest.load(body)
        nonce = request.nonce_value.native
        named = request["tbs_request"]["request_list"][0]["req_cert"]
        assert named["serial_number"].native == head().serial
        return answer(head(), middle(), **{"nonce": nonce} | more)

    return fetch


def asking(fetch, content: bytes = CONTENT) -> bytes:
    signature, trust = Signature(head(), CONTENT).encoded, trusting(root(), middle())
    return ask_revocation(signature, content, trust=trust, at=NOON, url=URL, fetch=fetch)


def test_the_authority_is_asked_at_the_operators_address_and_its_answer_kept():
    seen = []

    given = asking(responding(seen))

    assert seen == [URL]
    assert judge(given) == Revocation.GOOD


@pytest.mark.parametrize("nonce", [b"", bytes(16)])
def test_an_answer_to_another_question_is_refused(nonce):
    with pytest.raises(RevocationAnswerWrong):
        asking(responding([], nonce=nonce))


def test_nobody_is_asked_about_a_signature_over_something_else():
    seen = []

    with pytest.raises(OtherContent):
        asking(responding(seen), content=b"something else")

    assert seen == []


def test_a_broken_line_is_the_callers_to_mend():
    def broken(url: str, body: bytes) -> bytes:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        asking(broken)


def test_an_answer_that_is_a_page_is_refused():
    certificate, issuer = read_certificate(head().certificate), read_certificate(middle().certificate)

    with pytest.raises(RevocationAnswerWrong):
        ask(certificate, issuer, url=URL, fetch=lambda url, body: b"<html>")
