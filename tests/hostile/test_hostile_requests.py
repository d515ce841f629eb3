"""No hostile request gets a 500: every address of the site meets what no honest client sends, as four kinds of people."""

import re
from collections.abc import Callable, Iterator, Sequence
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from campaign.base import checkpoints
from campaign.base.models import User
from letters.models import Letter
from signatories.models import Invitation, MailedCode, Signature
from signatories.services import bulk
from signatories.services import dispute as disputes
from signatories.services import take_out as take_outs
from signatories.services.invitation import NewInvitation, prepare_invitations
from signatories.states import CodePurpose, TakeOutKind
from tests.addresses import Address, addresses
from tests.conftest import NOON, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql, pytest.mark.usefixtures("quick_previews")]

FORM = "application/x-www-form-urlencoded"
HEADERS = [
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Permissions-Policy",
    "Cache-Control",
]

# As they stand in an address or a body, percent-encoded: bytes that are no UTF-8 can be written in no other way
VALUES = {
    "NUL byte": "a%00b",
    "lone surrogate": "%ED%A0%80x",
    "invalid UTF-8": "%FF%FE%C3",
    "1,500 digits": "9" * 1500,
    "30 digits": "9" * 30,
    "201 characters": "x" * 201,
    "bidi override": "%E2%80%AEgpj.exe",
    "combining marks": "a" + "%CC%81" * 60,
    "SQL": "-name'%3B%20drop%20table--",
    "lookup": "owner__password__startswith",
    "line break": "/ok%0D%0ASet-Cookie%3A%20a%3Db",
    "path": "..%2F..%2Fetc%2Fpasswd",
    "template": "%7B%7B%20x%20%7D%7D%7B%25%20load%20x%20%25%7D",
    "not a number": "-1",
    "Arabic digits": "%D9%A1%D9%A2",
    "other planes": "%F0%9D%9F%99%F0%9F%92%A9",
}
PARAMETERS = (
    "q",
    "o",
    "page",
    "p",
    "next",
    "code",
    "new",
    "_to_field",
    "_popup",
    "all",
    "e",
    "username__startswith",
    "id",
)

BODIES: dict[str, tuple[str, bytes]] = {
    "deep JSON": ("application/json", b"[" * 100_000),
    "JSON with a surrogate": ("application/json", b'{"a": "\\ud800", "b": "\\u0000"}'),
    "invalid UTF-8": (FORM, b"name=\xff\xfe&\xc3=\xed\xa0\x80"),
    "no multipart": ("multipart/form-data", b"x"),
    "no boundary": ("multipart/form-data; boundary=", b"--\r\n"),
    "broken multipart": (
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="\x00"\r\n\r\n\xff',
    ),
    "file name": (
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="logo"; filename="../\x00\xff.png"\r\n\r\nGIF89a\r\n--b--\r\n',
    ),
    "bad transfer encoding": (
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\n!\r\n--b--\r\n',
    ),
    "many fields": (FORM, b"&".join(b"f%d=1" % number for number in range(600))),
    "twice the same": (FORM, b"email=a%40b.example&email=c%40d.example&kind=x&kind=y&code=1&code=2"),
    "no text encoding": (f"{FORM}; charset=rot13", b"name=x"),
    "unknown encoding": (f"{FORM}; charset=\x7f", b"name=x"),
    "UTF-16": (f"{FORM}; charset=utf-16", b"name=x"),
    **{
        f"{encoding} in parts": (
            f"multipart/form-data; boundary=b; charset={encoding}",
            b'--b\r\nContent-Disposition: form-data; name="login"\r\n\r\n\xff\r\n--b--\r\n',
        )
        for encoding in ("rot13", "idna", "zlib")
    },
    "half a character": (f"{FORM}; charset=idna", b"name=%C3"),
}

WIRES: dict[str, dict[str, str]] = {
    "forwarded": {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "127.0.0.1, ' or 1=1",
        "X-Forwarded-Port": "70000",
        "Forwarded": "host=evil.example",
        "X-Original-URL": "/admin/",
        "X-HTTP-Method-Override": "DELETE",
    },
    "cookies of garbage": {
        "Cookie": 'sessionid="\\000\\001aaaaaaaa"; csrftoken="\\000"; messages=W1sx; sessionid=x; ;=;\xff'
    },
    "endless cookie": {"Cookie": "sessionid=" + "x" * 8192},
    "header of 64 kB": {"X-Whatever": "x" * 65_536, "User-Agent": "\xff" * 1000, "Referer": "http://[::1"},
    "languages": {"Accept-Language": "kk;q=" + "9" * 400 + ",\x00,*-*;q=x" * 900},
    "validators": {"If-None-Match": '"\xff', "If-Modified-Since": "x" * 100, "Range": "bytes=9-1", "Accept": "*/*;q=x"},
}


@pytest.fixture
def administrator(db: None) -> User:
    """Looks after people, roles and reference data."""
    return make_person("admin@example.org", password="a long enough password", is_staff=True, is_superuser=True)


@pytest.fixture
def people(aigul: User, stranger: User, administrator: User, settings: Any) -> dict[str, dict[str, str]]:
    """Cookies by the kind of person; the desk opens as in a demonstration, without a second factor."""
    settings.DEMONSTRATION = True
    return {
        "anonymous": {},
        **{
            name: _cookies(person)
            for name, person in [("stranger", stranger), ("coordinator", aigul), ("administrator", administrator)]
        },
    }


def _cookies(person: User) -> dict[str, str]:
    client = Client()
    client.force_login(person)
    return {name: morsel.value for name, morsel in client.cookies.items()}


@pytest.fixture
def honest(
    confirmed: Callable[..., Signature], open_letter: Letter, admitted: Callable[..., Signature]
) -> dict[str, Any]:
    """A value that exists for each part of an address."""
    waiting, organization = confirmed(), admitted().organization
    coordinator = User.objects.get(coordinates__issuer=open_letter.issuer)
    new = [NewInvitation(name="«Жайық»", email="office@zhaiyq.example", language="kk")]
    prepare_invitations(open_letter, new, owner=None, by=coordinator, at=NOON)
    invitation = Invitation.objects.get()
    return {
        "slug": open_letter.slug,
        "organization": organization.slug,
        "token": open_letter.invitation_token,
        "index": 0,
        "level": "0",
        "place": "000.p/1",
        "first": 1,
        "second": 2,
        "size": checkpoints.sign_checkpoint(at=NOON).size,
        "code": open_letter.revisions.get().check_code,
        "language": "kk",
        "signature_id": waiting.pk,
        "recipient_id": open_letter.recipients.get().pk,
        "edition_id": 1,
        "rest": "letters/",
        "url": "x",
        "app_label": "letters",
        "content_type_id": 1,
        "object_id": 1,
        "pk": 1,
        "uidb36": "1",
        "key": "abc-def",
        "number": 1,
        "change_id": 1,
        "colleague_id": 1,
        "evidence_id": 1,
        "mandate_id": 1,
        "proof_id": 1,
        "vouch_id": 1,
        "reader_id": 1,
        "comment_id": 1,
        "one": organization.pk,
        "other": waiting.organization_id,
        "signing": waiting.token,
        "dispute": waiting.dispute_key(),
        "approval": MailedCode.objects.create(
            purpose=CodePurpose.APPROVAL, signature=waiting, email="x@x.example", language="en", asked_at=NOON
        ).token,
        "disputed": disputes.ask(waiting, email="x@x.example", statement="", language="en", at=NOON).token,
        "invited": invitation.token,
        "invitation_id": invitation.pk,
        "take_out_id": take_outs.ask(
            open_letter, TakeOutKind.CONSENT_FILE, filters="", reason="court", by=coordinator, at=NOON
        ).pk,
        "run_id": bulk.start_sending(open_letter, language="en", by=coordinator, at=NOON).pk,
    }


def path_of(address: Address, honest: dict[str, Any]) -> str:
    """The address as an honest client asks for it."""
    values = dict(honest)
    if address.name.startswith("signing-"):
        values["token"] = honest["signing"]
    if address.name.startswith("invited"):
        values["token"] = honest["invited"]
    if address.name.startswith(("organization", "my-")) or address.name == "dispute":
        values["slug"] = honest["organization"]
    if address.name.startswith("approval"):
        values["token"] = honest["approval"]
    if address.name == "dispute-code":
        values["token"] = honest["disputed"]
    if address.name == "dispute-signature":
        values["key"] = honest["dispute"]
    return address.path(**values)


class Enemy:
    """Sends requests and keeps what should not have come back."""

    def __init__(self) -> None:
        self.client = Client(raise_request_exception=False)
        self.faults: list[str] = []

    def send(self, method: str, path: str, story: str, cookies: dict[str, str], **more: Any) -> HttpResponse:
        """One request whose changes are taken back."""
        self.client.cookies = SimpleCookie(cookies)
        with transaction.atomic():
            response = self.client.generic(method, path, **more)
            transaction.set_rollback(True)
        self.look_at(response, f"{method} {path[:80]} [{story}]")
        if response.streaming and method == "POST":
            response.getvalue()  # read to its end, a file is closed
        return response

    def look_at(self, response: Any, story: str) -> None:
        """A handled answer with every security header, not stored where a session is."""
        if response.status_code >= 500 and response.status_code != 503:
            self.faults.append(f"{story}: {response.status_code} {getattr(response, 'exc_info', None)!r:.300}")
        self.faults += [f"{story}: no {name}" for name in HEADERS if not response.has_header(name)]
        if "Set-Cookie: a" in str(response.headers):
            self.faults.append(f"{story}: header split")


SHARES = {  # whose requests reach farthest at which addresses; the rest would only be led to the sign-in page
    "anonymous": ("", ("en/desk/", "en/my/", "en/admin/")),
    "stranger": (("en/my/", "en/accounts/", "en/start/"), ()),
    "coordinator": ("en/desk/", ()),
    "administrator": ("en/admin/", ()),
}


def share_of(person: str) -> Iterator[Address]:
    """The addresses that this kind of person tries."""
    of, without = SHARES[person]
    return (one for one in addresses() if one.route.startswith(of) and not one.route.startswith(without))


def rotated(names: Sequence[str], values: Sequence[str]) -> Iterator[str]:
    """Queries in which every name has another value each time, until each name has had a third of them."""
    for turn in range(0, len(values), 3):
        yield "&".join(f"{name}={values[(place * 7 + turn) % len(values)]}" for place, name in enumerate(names))


PEOPLE = list(SHARES)


@pytest.mark.parametrize("person", PEOPLE)
def test_hostile_queries_are_answered(person: str, people: dict[str, Any], honest: dict[str, Any]) -> None:
    enemy = Enemy()
    values = [value if len(value) < 300 else value[:300] for story, value in VALUES.items() if story != "NUL byte"]

    for address in share_of(person):
        path = path_of(address, honest)
        for query in rotated(PARAMETERS, values):
            enemy.send("GET", path, query, people[person], QUERY_STRING=query[:1999])
        if enemy.send("GET", path, "NUL", people[person], QUERY_STRING="q=%00").status_code != 400:
            enemy.faults.append(f"{path}: a NUL byte in the query was not refused")

    assert enemy.faults == []


@pytest.mark.parametrize("person", PEOPLE)
def test_hostile_parts_of_addresses_are_answered(person: str, people: dict[str, Any], honest: dict[str, Any]) -> None:
    enemy = Enemy()

    for address in share_of(person):
        for part in address.parameters:
            for story, value in {**VALUES, "5,000 digits": "9" * 5000, "dots": "%2e%2e"}.items():
                path = path_of(
                    address,
                    {
                        **honest,
                        part: value,
                        **(dict.fromkeys(("signing", "invited"), value) if part == "token" else {}),
                    },
                )
                method = "POST" if story == "30 digits" else "GET"
                enemy.send(method, path, story, people[person])

    assert enemy.faults == []


@pytest.mark.parametrize("person", PEOPLE)
def test_hostile_bodies_are_answered(person: str, people: dict[str, Any], honest: dict[str, Any]) -> None:
    enemy = Enemy()

    for address in share_of(person):
        path = path_of(address, honest)
        if enemy.send("POST", path, "empty", people[person]).status_code == 405:
            continue
        for story, (kind, body) in BODIES.items():
            enemy.send("POST", path, story, people[person], data=body, content_type=kind)

    assert enemy.faults == []


@pytest.mark.parametrize("person", PEOPLE)
def test_hostile_words_in_every_field_of_every_form_are_answered(
    person: str, people: dict[str, Any], honest: dict[str, Any]
) -> None:
    enemy = Enemy()
    tried = 0

    for address in share_of(person):
        path = path_of(address, honest)
        shown = enemy.send("GET", path, "form", people[person]).getvalue().decode(errors="replace")
        fields = sorted(set(re.findall(r'<(?:input|select|textarea|button)[^>]* name="([^"]+)"', shown)))
        for body in rotated(fields, list(VALUES.values())) if fields else ():
            enemy.send("POST", path, body[:200], people[person], data=body.encode(), content_type=FORM)
            tried += 1

    assert enemy.faults == []
    assert tried > 0


@pytest.mark.parametrize("person", PEOPLE)
def test_hostile_headers_are_answered(person: str, people: dict[str, Any], honest: dict[str, Any]) -> None:
    enemy = Enemy()

    for address in share_of(person):
        path = path_of(address, honest)
        for story, wire in WIRES.items():
            cookies = {} if "Cookie" in wire else people[person]
            response = enemy.send("GET", path, story, cookies, headers=wire)
            if "evil.example" in response.getvalue().decode(errors="replace") + response.get("Location", ""):
                enemy.faults.append(f"{path}: repeats a forged host")

    assert enemy.faults == []


@pytest.mark.parametrize("method", ["TRACE", "FOO", "PUT", "PATCH", "DELETE", "CONNECT"])
def test_methods_that_nothing_uses_are_refused_everywhere(method: str, honest: dict[str, Any]) -> None:
    enemy = Enemy()

    answers = {enemy.send(method, path_of(address, honest), method, {}).status_code for address in addresses()}

    assert (answers, enemy.faults) == ({405}, [])


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "testserver.",
        "testserver:99999",
        "testserver:22",
        "testserver@evil.example",
        "",
        "[::1",
        "a b",
        "xn--\xff",
        "evil.example:80",
    ],
)
@pytest.mark.parametrize("path", ["/en/", "/", "/healthz", "/static/site.css", "/en/nothing", "/sitemap.xml"])
def test_a_forged_host_is_refused_in_the_readers_language(
    client: Client, open_letter: Letter, host: str, path: str
) -> None:
    client.get("/en/")  # also when the page is in memory

    response = client.get(path, headers={"host": host, "accept-language": "en"})

    assert response.status_code == 400
    assert "The request was not understood" in response.content.decode()
    assert [name for name in HEADERS if not response.has_header(name)] == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/en/", 200),
        ("/static/site.css", 200),
        ("/static/../manage.py", 404),
        ("/static/nothing.css", 404),
        ("/.git/config", 404),
        ("/.env", 404),
        ("/manage.py", 404),
        ("/static/site.css.map", 404),
        ("/en/?a=%00", 400),
        ("/en/desk/", 302),
        ("/robots.txt", 200),
        ("/en/feed.xml", 200),
        ("/healthz", 200),
        ("//evil.example/%2e%2e", 404),
    ],
)
def test_every_answer_says_what_browsers_may_not_do(client: Client, db: None, path: str, status: int) -> None:
    response = client.get(path)
    response.close()

    assert response.status_code == status
    assert response["Content-Security-Policy"].count("unsafe") == 0
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert [name for name in HEADERS if not response.has_header(name)] == []


def test_a_fault_says_so_in_three_languages_and_with_every_header(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.raise_request_exception = False
    monkeypatch.setattr("campaign.pages.about.public_page", None)

    response = client.get("/en/about/")

    assert response.status_code == 500
    assert [name for name in HEADERS if not response.has_header(name)] == []
    for language in ("kk", "ru", "en"):
        assert f'<section lang="{language}">' in response.content.decode()


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_language_of_a_refusal_is_that_of_the_address(client: Client, db: None, language: str) -> None:
    html = client.get(f"/{language}/?q=%00", headers={"accept-language": "de"}).content.decode()

    assert f'<html lang="{language}">' in html


@pytest.mark.parametrize("person", ["stranger", "coordinator"])
def test_nothing_with_a_session_is_stored(person: str, people: dict[str, Any], honest: dict[str, Any]) -> None:
    enemy = Enemy()

    stored = [
        path
        for address in share_of(person)
        if not (path := path_of(address, honest)).endswith((".txt", ".xml", ".pdf"))
        and "no-store" not in enemy.send("GET", path, "stored", people[person])["Cache-Control"]
    ]

    assert stored == []


def test_a_line_break_in_next_splits_no_header(client: Client, aigul: User) -> None:
    response = client.post(
        "/en/accounts/login/?next=/ok%0d%0aSet-Cookie:%20a=b",
        {"login": aigul.email, "password": "a long enough password"},
    )

    assert "a" not in response.cookies
    assert "\n" not in response.get("Location", "")


def test_a_session_cookie_of_garbage_is_nobodys(client: Client, db: None) -> None:
    response = client.get("/en/my/", headers={"cookie": 'sessionid="\\000\\000aaaaaaaa"'})

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login").replace("/kk/", "/en/"))
