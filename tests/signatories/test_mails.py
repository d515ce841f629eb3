"""Every message of the second floor, in every language."""

import re
from typing import Any

import pytest

from campaign.base.models import Mail
from campaign.base.post import compose

FACTS: dict[str, dict[str, Any]] = {
    "signing_code": {"code": "0123-4567", "minutes": 30, "token": "t0ken"},
    "signature_received": {},
    "signature_admitted": {},
    "signature_refused": {"reason": "We called <twice> & nobody\nanswered."},
    "signature_withdrawn": {},
    "signature_merged": {},
    "reader_asked": {"person": "owner@verified.example", "token": "t0ken"},
    "erratum_asked": {"reason": "The year <was> wrong.", "answer_for": 7},
    "erratum_proposed": {"person": "owner@verified.example", "answer_for": 7},
    "signature_renewed": {},
    "visibility_restricted": {},
    "register_checkpoint": {
        "note": "testserver/register\n8\nAAAA\n\n— testserver/register BBBB\n",
        "size": 8,
        "before": 3,
        "proofs": [{"first": 3, "second": 8}],
    },
}
WHO = {"person_name": "Mira <b> Example", "position": "Director & more", "email": "mira@unverified.example"}
FACTS |= {
    "signature_notice": {"event": "confirmed", "dispute": "7-abc", **WHO},
    "signature_proposed": {"due": "27 November 2026, 17:00"},
    "approval_asked": {"code": "0123-4567", "token": "t0ken", "due": "27 November 2026, 17:00", **WHO},
    "signature_declined": {"reason": "Not <our> subject."},
    "approval_ended": {},
    "colleague_invited": {"inviter": "owner@verified.example", "role": "approver", "token": "t0ken"},
    "colleague_joined": {"person": "asel@example.net", "slug": "careful"},
    "organization_handed_over": {"by": "owner@verified.example", "slug": "careful"},
    "colleague_removed": {},
    "mandate_revoked": {},
    "organization_without_owner": {},
    "letter_forwarded": {},
    "dispute_code": {"code": "0123-4567", "token": "t0ken"},
    "signature_held": {"desk": 7, "statement": "Nobody <here> signed."},
    "profile_change_waits": {},
    "profile_change_decided": {"accepted": True, "slug": "careful"},
    "dispute_resolved": {"outcome": "upheld", "reason": "They <never> did."},
}
LETTERS = [{"title": "“A & B”", "slug": "clean-air", "count": 2, "closes": "21 November 2026, 12:00"}]
COORDINATORS: dict[str, dict[str, Any]] = {
    "signatures_waiting": {"letters": LETTERS},
    "closing_soon": {"letters": LETTERS},
    "take_out_asked": {"title": "Air & <water>", "slug": "clean-air", "person": "a@x.example", "reason": "For <court>"},
    "withdrawals": {"letter": "Air & <water>", "slug": "clean-air", "count": 3},
    "proof_lost": {"letters": LETTERS, "organization": "O’Neil & Sons <b>", "domain": "verified.example"},
}
BOTH = {"letter": "Air & <water>", "organization": "O’Neil & Sons <b>", "visibility": "addressee"}


def message(template: str, language: str) -> tuple[str, str, str]:
    """Subject, plain text and HTML."""
    context = COORDINATORS.get(template) or BOTH | FACTS[template]
    if template == "letter_forwarded":
        context |= {"path": f"/{language}/letters/clean-air/"}
    mail = compose(Mail(pk=1, template=template, to="mira@unverified.example", language=language, context=context))
    ((html, _kind),) = mail.alternatives
    return mail.subject, str(mail.body), str(html)


@pytest.mark.parametrize(
    ("outcome", "reason"), [("upheld", "They did not."), ("dismissed", "They did."), ("withdrawn", "")]
)
def test_each_end_of_a_dispute_has_its_own_words(outcome: str, reason: str) -> None:
    facts = {"outcome": outcome} | ({"reason": reason} if reason else {})
    mail = compose(Mail(pk=1, template="dispute_resolved", to="a@b.example", language="en", context=BOTH | facts))

    words = {"upheld": "struck", "dismissed": "stands again", "withdrawn": "withdrawn"}
    assert mail.subject.endswith(words[outcome])
    assert ("Reason:" in str(mail.body)) == bool(reason)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize("template", [*FACTS, *COORDINATORS])
def test_a_message_says_the_same_in_text_and_html_and_carries_nothing_foreign(template: str, language: str) -> None:
    subject, body, html = message(template, language)

    assert 5 < len(subject) < 80
    assert subject not in body.splitlines()[0]
    assert not re.search("<(img|script|form|link|style)", html)
    assert {"&amp;", "&lt;", "&#x27;"} & set(re.findall("&[^;]+;", body)) == set()
    links = set(re.findall(r"http://testserver[^\s\"<]*", html))
    assert links <= set(re.findall(r"http://testserver[^\s\"<]*", body)) | {"http://testserver"}
    assert all(link.startswith((f"http://testserver/{language}/", "http://testserver")) for link in links)


def test_the_code_stands_in_both_forms_and_its_link_carries_no_code() -> None:
    subject, body, html = message("signing_code", "en")

    assert subject == "Your code: 0123-4567"
    assert "0123-4567" in body
    assert "0123-4567" in html
    assert "http://testserver/en/signing/t0ken/" in body
    assert "01234567" not in body + html


def test_markup_in_names_and_reasons_stays_text() -> None:
    _subject, body, html = message("signature_refused", "en")

    assert "We called <twice> & nobody\nanswered." in body
    assert "We called &lt;twice&gt; &amp; nobody\nanswered." in html
    assert "<b>" not in html
