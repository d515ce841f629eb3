"""Every way to fail has a sentence of its own, and says nothing of the person."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from signatories.eds import errors
from signatories.eds.errors import EdsRefused
from signatories.eds.revocation import read_list
from signatories.eds.trust import Trust
from signatories.eds.verify import verify
from tests.signatories.eds import authority as ours
from tests.signatories.eds.authority import (
    NOON,
    NUMBER,
    YEAR,
    GostKey,
    Signature,
    gost_key,
    head,
    make_authority,
    make_person,
    middle,
    root,
    rsa_head,
    rsa_key,
    rsa_root,
    stamp,
)
from tests.signatories.eds.conftest import trusting

CONTENT = b'{"letter":"1"}'
Case = dict[str, Any]

CASES: dict[str, tuple[type[EdsRefused], Callable[[], Case]]] = {}


def refused(refusal: type[EdsRefused]) -> Callable[[Callable[[], Case]], Callable[[], Case]]:
    """Note what is sent, and how it is to be refused."""

    def note(case: Callable[[], Case]) -> Callable[[], Case]:
        CASES[case.__name__] = (refusal, case)
        return case

    return note


def sent(signature: Signature | bytes, **more: Any) -> Case:
    """What is given to `verify`, good but for what the case makes wrong."""
    encoded = signature if isinstance(signature, bytes) else signature.encoded
    return {
        "signature": encoded,
        "content": CONTENT,
        "trust": trusting(root(), middle(), rsa_root()),
        "at": NOON,
        "number": NUMBER,
    } | more


def person(**more: Any) -> Signature:
    """The signature of somebody whose certificate differs in one thing."""
    return Signature(make_person(rsa_key("daniyar"), by=rsa_root(), **more), CONTENT)


@refused(errors.TooLarge)
def a_document_instead_of_a_signature() -> Case:
    return sent(b"\x30" * (256 * 1024 + 1))


@refused(errors.Unreadable)
def text() -> Case:
    return sent("қол қойдым".encode())


@refused(errors.Unreadable)
def nothing() -> Case:
    return sent(b"")


@refused(errors.Unreadable)
def half_of_it() -> Case:
    return sent(Signature(rsa_head(), CONTENT).encoded[:-100])


@refused(errors.Unreadable)
def something_behind_it() -> Case:
    return sent(Signature(rsa_head(), CONTENT).encoded + b"\0")


@refused(errors.Unreadable)
def armour_without_base64() -> Case:
    return sent(b"-----BEGIN CMS-----\nMIIA=A==\n-----END CMS-----")


@refused(errors.Unreadable)
def an_attribute_twice() -> Case:
    twice = ours.names_v2(rsa_head().certificate)
    return sent(Signature(rsa_head(), CONTENT, named=(twice, twice)))


@refused(errors.Unreadable)
def an_extension_twice() -> Case:
    return sent(person(more=[ours.usage(ours.SIGNING_USAGE)]))


@refused(errors.Unreadable)
def five_timestamps() -> Case:
    signature = Signature(rsa_head(), CONTENT)
    return sent(signature.with_stamp(*(ours.sequence(ours.oid(ours.SIGNED), ours.integer(n)) for n in range(5))))


@refused(errors.NotSigned)
def plain_data() -> Case:
    return sent(ours.sequence(ours.oid(ours.DATA), ours.tlv(0xA0, ours.octets(CONTENT))))


@refused(errors.NotSigned)
def a_timestamp_in_place_of_a_signature() -> Case:
    return sent(stamp(b"anything"))


@refused(errors.NoSigner)
def certificates_only() -> Case:
    body = ours.sequence(
        ours.integer(1),
        ours.set_of(),
        ours.sequence(ours.oid(ours.DATA)),
        ours.tlv(0xA0, rsa_head().certificate),
        ours.set_of(),
    )
    return sent(ours.sequence(ours.oid(ours.SIGNED), ours.tlv(0xA0, body)))


@refused(errors.SeveralSigners)
def two_who_sign() -> Case:
    return sent(ours.enclose([Signature(rsa_head(), CONTENT), Signature(head(), CONTENT)]))


@refused(errors.TooManyCertificates)
def seventeen_certificates() -> Case:
    return sent(Signature(rsa_head(), CONTENT, certificates=(rsa_head().certificate,) * 17))


@refused(errors.CertificateMissing)
def no_certificate() -> Case:
    return sent(Signature(rsa_head(), CONTENT, certificates=()))


@refused(errors.CertificateMissing)
def somebody_elses_certificate() -> Case:
    return sent(Signature(rsa_head(), CONTENT, certificates=(head().certificate,)))


@refused(errors.AttributesMissing)
def a_signature_without_attributes() -> Case:
    signature = Signature(rsa_head(), CONTENT)
    bare = ours.sequence(
        ours.integer(1),
        signature.sid,
        ours.algorithm(ours.SHA256),
        ours.algorithm(ours.RSA),
        ours.octets(rsa_head().key.sign(CONTENT)),
    )
    body = ours.sequence(
        ours.integer(1),
        ours.set_of(ours.algorithm(ours.SHA256)),
        ours.sequence(ours.oid(ours.DATA)),
        ours.tlv(0xA0, rsa_head().certificate),
        ours.set_of(bare),
    )
    return sent(ours.sequence(ours.oid(ours.SIGNED), ours.tlv(0xA0, body)))


@refused(errors.OtherContent)
def another_letters_file() -> Case:
    return sent(Signature(rsa_head(), b'{"letter":"2"}'))


@refused(errors.OtherContent)
def another_file_inside() -> Case:
    return sent(Signature(rsa_head(), b'{"letter":"2"}', attached=b'{"letter":"2"}'))


@refused(errors.OtherContent)
def another_file_inside_than_was_digested() -> Case:
    return sent(Signature(rsa_head(), CONTENT, attached=b'{"letter":"2"}'))


@refused(errors.OtherContent)
def the_digest_of_another_file_beside_the_right_one() -> Case:
    return sent(Signature(rsa_head(), b'{"letter":"2"}', attached=CONTENT))


@refused(errors.OtherContent)
def another_kind_of_content() -> Case:
    return sent(Signature(rsa_head(), CONTENT, stated_type=ours.oid(ours.STAMPED)))


@refused(errors.SignatureWrong)
def a_signature_of_another_key() -> Case:
    signature = Signature(rsa_head(), CONTENT)
    return sent(replace(signature, value=rsa_key("mira").sign(signature.attributes)))


@refused(errors.SignatureWrong)
def a_gost_signature_of_another_key() -> Case:
    signature = Signature(head(), CONTENT)
    return sent(replace(signature, value=gost_key("mira").sign(signature.attributes)))


@refused(errors.SignatureWrong)
def a_signature_over_the_content_itself() -> Case:
    return sent(Signature(rsa_head(), CONTENT, value=rsa_head().key.sign(CONTENT)))


@refused(errors.SignatureWrong)
def a_gost_key_off_the_curve() -> Case:
    return sent(Signature(make_person(_OffCurve(gost_key("daniyar").secret), by=middle()), CONTENT))


class _OffCurve(GostKey):
    @property
    def point(self) -> tuple[int, int]:
        x, y = super().point
        return x, y ^ 1


@refused(errors.OtherCertificate)
def the_digest_of_another_certificate() -> Case:
    return sent(Signature(rsa_head(), CONTENT, named=(ours.names_v2(head().certificate),)))


@refused(errors.OtherCertificate)
def the_old_digest_of_another_certificate() -> Case:
    return sent(Signature(rsa_head(), CONTENT, named=(ours.names_v1(head().certificate),)))


@refused(errors.OldAlgorithm)
def a_key_by_the_old_gost() -> Case:
    return sent(Signature(make_person(_OldKey(gost_key("old").secret), by=middle()), CONTENT))


class _OldKey(GostKey):
    @property
    def information(self) -> bytes:
        parameters = ours.sequence(ours.oid("1.2.398.3.10.1.1.1.1.1"), ours.oid("1.2.398.3.10.1.3.1.1.0"))
        return ours.sequence(ours.sequence(ours.oid("1.2.398.3.10.1.1.1.1"), parameters), ours.bits(bytes(66)))


@refused(errors.OldAlgorithm)
def a_digest_by_the_old_gost() -> Case:
    return sent(Signature(head(), CONTENT, digested="1.2.398.3.10.1.3.1"))


@refused(errors.UnknownAlgorithm)
def a_digest_by_sha1() -> Case:
    return sent(Signature(rsa_head(), CONTENT, digested=ours.SHA1))


@refused(errors.UnknownAlgorithm)
def a_signature_by_sha1() -> Case:
    return sent(Signature(rsa_head(), CONTENT, signs="1.2.840.113549.1.1.5"))


@refused(errors.UnknownAlgorithm)
def an_algorithm_for_another_key() -> Case:
    return sent(Signature(head(), CONTENT, signs=ours.RSA, digested=ours.SHA256))


@refused(errors.UnknownAlgorithm)
def a_digest_that_is_not_the_signatures() -> Case:
    return sent(Signature(rsa_head(), CONTENT, digested=ours.STREEBOG))


@refused(errors.UnknownAlgorithm)
def a_short_rsa_key() -> Case:
    return sent(Signature(make_person(rsa_key("short", 1024), by=rsa_root()), CONTENT))


@refused(errors.NoAuthorityInstalled)
def a_site_without_authorities() -> Case:
    return sent(Signature(rsa_head(), CONTENT), trust=Trust())


@refused(errors.UnknownIssuer)
def a_certificate_of_an_authority_that_is_not_installed() -> Case:
    return sent(Signature(rsa_head(), CONTENT), trust=trusting(root(), middle()))


@refused(errors.SelfIssued)
def a_certificate_that_one_issued_to_oneself() -> Case:
    own = ours.certify(
        rsa_key("daniyar"),
        ours.person_name(),
        extensions=[ours.usage(ours.SIGNING_USAGE), ours.purposes(ours.SIGN, ours.ORGANIZATION, ours.HEAD)],
    )
    return sent(Signature(own, CONTENT, certificates=(own.certificate,)))


@refused(errors.ChainBroken)
def a_certificate_that_only_names_a_trusted_issuer() -> Case:
    return sent(person(issuer_key=rsa_key("mira")))


@refused(errors.ChainBroken)
def an_authority_that_was_not_issued_by_a_trusted_one() -> Case:
    foreign = make_authority("БӨТЕН ОРТАЛЫҚ", rsa_key("foreign"), by=None, length=0)
    own = make_person(rsa_key("daniyar"), by=foreign)
    below = make_authority("БӨТЕН ТӨМЕНГІ", rsa_key("below"), by=foreign)
    last = make_person(rsa_key("daniyar"), by=below)
    return sent(Signature(last, CONTENT, certificates=(last.certificate, below.certificate, own.certificate)))


@refused(errors.ChainBroken)
def a_chain_that_never_ends() -> Case:
    above = rsa_root()
    came = []
    for number in range(7):
        above = make_authority(f"ОРТАЛЫҚ {number}", rsa_key("daniyar"), by=above)
        came.append(above.certificate)
    last = make_person(rsa_key("daniyar"), by=above)
    return sent(Signature(last, CONTENT, certificates=(last.certificate, *came)))


@refused(errors.NotAnAuthority)
def a_certificate_issued_by_another_person() -> Case:
    below = make_person(rsa_key("mira"), by=rsa_head(), name=ours.person_name(organization="«Мысал» қоры"))
    return sent(Signature(below, CONTENT, certificates=(below.certificate, rsa_head().certificate)))


@refused(errors.NotAnAuthority)
def an_authority_below_one_that_may_have_none() -> Case:
    below = make_authority("ТӨМЕНГІ ОРТАЛЫҚ", rsa_key("below"), by=middle())
    last = make_person(rsa_key("daniyar"), by=below)
    return sent(Signature(last, CONTENT, certificates=(last.certificate, below.certificate)))


@refused(errors.NotAnAuthority)
def an_authority_without_the_right_to_sign_certificates() -> Case:
    extensions = [ours.constraints(), ours.usage(ours.SIGNING_USAGE), ours.own_key(rsa_key("weak"))]
    weak = ours.certify(rsa_key("weak"), ours.authority_name("ӘЛСІЗ"), extensions=extensions)
    return sent(Signature(make_person(rsa_key("daniyar"), by=weak), CONTENT), trust=trusting(weak))


@refused(errors.NotAnAuthority)
def a_certificate_that_only_claims_the_right_to_sign_others() -> Case:
    extensions = [ours.usage(ours.AUTHORITY_USAGE), ours.own_key(rsa_key("weak"))]
    weak = ours.certify(rsa_key("weak"), ours.authority_name("ӘЛСІЗ"), extensions=extensions)
    return sent(Signature(make_person(rsa_key("daniyar"), by=weak), CONTENT), trust=trusting(weak))


@refused(errors.AuthorityOutOfTime)
def an_authority_whose_certificate_has_run_out() -> Case:
    over = make_authority("ЕСКІ ОРТАЛЫҚ", rsa_key("over"), ends=NOON - timedelta(days=1))
    return sent(Signature(make_person(rsa_key("daniyar"), by=over), CONTENT), trust=trusting(over))


@refused(errors.CertificateExpired)
def a_certificate_that_has_run_out() -> Case:
    return sent(Signature(rsa_head(), CONTENT), at=NOON + YEAR + timedelta(seconds=1), trust=_lasting())


def _lasting() -> Trust:
    lasting = make_authority("ҰКО (RSA) ҮЛГІ", rsa_key("root"), ends=NOON + 9 * YEAR)
    return trusting(lasting)


@refused(errors.CertificateNotYetValid)
def a_certificate_that_does_not_hold_yet() -> Case:
    return sent(person(begins=NOON + timedelta(seconds=1)))


@refused(errors.CertificateNotUnderstood)
def a_condition_that_nobody_knows() -> Case:
    return sent(person(more=[ours.extension("1.2.3.4", ours.octets(b""), critical=True)]))


@refused(errors.CertificateNotUnderstood)
def an_authority_for_certain_names_only() -> Case:
    names = ours.extension("2.5.29.30", ours.sequence(), critical=True)
    extensions = [ours.constraints(), ours.usage(ours.AUTHORITY_USAGE), names, ours.own_key(rsa_key("narrow"))]
    narrow = ours.certify(rsa_key("narrow"), ours.authority_name("ТАР ОРТАЛЫҚ"), extensions=extensions)
    return sent(Signature(make_person(rsa_key("daniyar"), by=narrow), CONTENT), trust=trusting(narrow))


@refused(errors.AuthenticationKey)
def a_key_for_signing_in() -> Case:
    return sent(person(flags=ours.AUTHENTICATION_USAGE, uses=[ours.AUTHENTICATE]))


@refused(errors.AuthenticationKey)
def a_key_for_signing_in_that_claims_more() -> Case:
    return sent(person(uses=[ours.AUTHENTICATE]))


@refused(errors.IndividualCertificate)
def a_private_persons_key() -> Case:
    return sent(person(roles=[ours.PERSON], name=ours.person_name(number="", organization="")))


@refused(errors.IndividualCertificate)
def a_private_persons_key_with_a_number() -> Case:
    return sent(person(roles=[ours.PERSON]))


@refused(errors.NumberMissing)
def an_organizations_key_without_number() -> Case:
    return sent(person(name=ours.person_name(number="")))


@refused(errors.OtherOrganization)
def another_organizations_key() -> Case:
    return sent(person(name=ours.person_name(number="940140000385")))


@refused(errors.OtherOrganization)
def two_numbers_in_one_certificate() -> Case:
    both = ours.make_name(("2.5.4.3", "ҮЛГІ"), ("2.5.4.11", f"BIN{NUMBER}"), ("2.5.4.11", "BIN940140000385"))
    return sent(person(name=both))


@refused(errors.CertificateRevoked)
def a_certificate_in_the_list() -> Case:
    listed = ours.make_list(rsa_root(), {rsa_head().serial: NOON - timedelta(days=3)})
    return sent(Signature(rsa_head(), CONTENT), trust=trusting(rsa_root(), lists=(read_list(listed),)))


@refused(errors.CertificateRevoked)
def a_certificate_that_the_authority_calls_revoked() -> Case:
    answer = ours.answer(head(), middle(), revoked=NOON - timedelta(days=3))
    return sent(Signature(head(), CONTENT), ocsp_answer=answer)


@refused(errors.AuthorityRevoked)
def an_authority_in_the_list() -> Case:
    listed = ours.make_list(root(), {middle().serial: NOON - timedelta(days=3)})
    return sent(Signature(head(), CONTENT), trust=trusting(root(), middle(), lists=(read_list(listed),)))


@refused(errors.CertificateUnknown)
def a_certificate_that_the_authority_does_not_know() -> Case:
    return sent(Signature(head(), CONTENT), ocsp_answer=ours.answer(head(), middle(), unknown=True))


@refused(errors.RevocationAnswerWrong)
def an_answer_that_somebody_else_gave() -> Case:
    foreign = ours.certify(
        gost_key("foreign"), ours.authority_name("БӨТЕН"), by=root(), extensions=[ours.purposes(ours.ANSWER)]
    )
    return sent(Signature(head(), CONTENT), ocsp_answer=ours.answer(head(), middle(), by=foreign))


@refused(errors.TimestampWrong)
def a_timestamp_over_another_signature() -> Case:
    return sent(Signature(rsa_head(), CONTENT).with_stamp(stamp(b"another signature")))


@refused(errors.TimestampInFuture)
def a_timestamp_of_tomorrow() -> Case:
    signature = Signature(rsa_head(), CONTENT)
    return sent(signature.with_stamp(stamp(signature.signature, at=NOON + timedelta(days=1))))


@pytest.mark.parametrize("name", CASES)
def test_it_is_refused_with_its_own_sentence(name):
    refusal, case = CASES[name]
    given = case()

    with pytest.raises(EdsRefused) as caught:
        verify(given.pop("signature"), given.pop("content"), **given)

    sentence = str(caught.value)
    assert type(caught.value) is refusal
    assert sentence.startswith("The electronic signature ")
    assert "%(" not in sentence
    assert all(private not in sentence for private in ("ДАНИЯР", ours.IIN, NUMBER, "940140000385"))


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def test_every_refusal_has_a_case_and_a_sentence_of_its_own():
    kinds = {one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, EdsRefused)}

    assert {refusal for refusal, _ in CASES.values()} == kinds - {EdsRefused}
    assert len({str(one.reason) for one in kinds}) == len(kinds)


def test_the_day_in_a_sentence_is_the_readers():
    case = a_certificate_in_the_list()

    with pytest.raises(errors.CertificateRevoked) as caught:
        verify(case.pop("signature"), case.pop("content"), **case)

    assert "17 November 2026" in str(caught.value)
    with translation.override("kk"):
        assert "2026\u202fж. 17 қараша" in str(caught.value)
