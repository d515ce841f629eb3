"""Fixed people, places and letters that every test may use.

Aigul coordinates the letters of one issuer. Daniyar speaks for a verified organization, Mira for one that nobody has verified.
The stranger has an account and nothing else.
"""

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import hypothesis
import pytest
from allauth.account.models import EmailAddress
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.db import connection
from django.test import Client
from django.utils import timezone, translation
from pytest_django.plugin import blocking_manager_key
from whitenoise.middleware import WhiteNoiseMiddleware

from campaign import middleware
from campaign.base.jobs import claimed
from campaign.base.models import Mail, PublicState, RegisterHead, User
from letters.models import Coordinator, Edition, Issuer, Letter, Office, Recipient, Revision
from letters.services import edition as editions
from letters.services import letter as letters
from letters.states import LetterState, OfficeKind, RecipientRole
from signatories.models import Evidence, Organization, Signature
from signatories.services import evidence as evidences
from signatories.services import signature as signatures
from signatories.services.organization import Claim
from signatories.states import EvidenceKind
from tests import servers
from tests.plugins import backend

hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.load_profile("any machine")

GUARD = import_module("campaign.base.migrations.0002_register_guard")
TRUNCATE_GUARD = import_module("campaign.base.migrations.0007_register_truncate_guard")
IN_MEMORY = "file:qoltanba_tests?mode=memory&cache=shared"
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

BODIES = {
    "kk": "Біз, төменде қол қойған ұйымдар, таза ауаны сұраймыз.[^дерек]\n\n## Өтінішіміз\n\n1. ауаны өлшеу;\n2. деректі жариялау.\n\n[^дерек]: Есеп, 2025 жыл.",
    "ru": "Мы, нижеподписавшиеся организации, просим чистого воздуха.[^данные]\n\n## Наша просьба\n\n1. измерять воздух;\n2. публиковать данные.\n\n[^данные]: Отчёт, 2025 год.",
    "en": "We, the undersigned organizations, ask for clean air.[^data]\n\n## What we ask\n\n1. Measure the air;\n2. Publish the data.\n\n[^data]: Report, 2025.",
}
TITLES = {"kk": "Таза ауа туралы ашық хат", "ru": "Открытое письмо о чистом воздухе", "en": "Open letter on clean air"}
SUMMARIES = {
    "kk": "Ұйымдар таза ауаны сұрайды.",
    "ru": "Организации просят чистого воздуха.",
    "en": "Organizations ask for clean air.",
}


def in_three(field: str, texts: dict[str, str]) -> dict[str, str]:
    """Columns of a translated field: `in_three("title", {"kk": …})` gives `{"title_kk": …}`."""
    return {f"{field}_{language}": text for language, text in texts.items()}


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """The tests' database is copied, tables and all, from one that was migrated; on SQLite where `tests/run.py` has made one."""
    if backend() == "postgresql":
        connection.settings_dict["TEST"]["TEMPLATE"] = servers.TEMPLATE
        yield
        return
    with contextlib.closing(sqlite3.connect(IN_MEMORY, uri=True)) as memory:
        if "TEST_SQLITE" in os.environ:
            connection.settings_dict["TEST"]["NAME"] = IN_MEMORY
            with contextlib.closing(sqlite3.connect(os.environ["TEST_SQLITE"])) as migrated:
                migrated.backup(memory)
        yield  # the database is there as long as somebody has it open


@pytest.fixture(scope="session", autouse=True)
def _static_files_found_once() -> Iterator[None]:
    """A site looks through its static files when it starts; here every `Client` is a site that starts, and looks in the first one's table."""
    found: dict[str, Any] = {}
    look_through = WhiteNoiseMiddleware.add_files_from_finders

    def look_once(site: WhiteNoiseMiddleware) -> None:
        if not found:
            look_through(site)
            found.update(site.files)
        site.files.update(found)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(WhiteNoiseMiddleware, "add_files_from_finders", look_once)
        yield


@pytest.fixture(autouse=True)
def _fresh_memory() -> None:
    """No page of an earlier test is still in memory."""
    middleware.forget_pages()


@pytest.fixture(scope="session")
def register_key(tmp_path_factory: Any) -> Any:
    """The file with the key that signs checkpoints in tests."""
    path = tmp_path_factory.mktemp("register") / "register.pem"
    key = Ed25519PrivateKey.generate()
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


@pytest.fixture(autouse=True)
def _signer(register_key: Any, tmp_path_factory: Any, settings: Any) -> None:
    """A signer that remembers nothing of earlier tests."""
    settings.REGISTER_KEY = str(register_key)
    settings.REGISTER_MEMORY = str(tmp_path_factory.mktemp("signer") / "signed.json")


@pytest.fixture
def files(tmp_path: Any, settings: Any) -> Any:
    """A folder of its own for uploaded and printed files."""
    settings.STORAGES = {  # a folder that goes with the test
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path}},
    }
    return tmp_path


def make_person(email: str, language: str = "en", password: str | None = None, **fields: Any) -> User:
    """A person whose address is verified."""
    person = User.objects.create_user(email, password, language=language, **fields)
    EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    return person


@pytest.fixture
def issuer(db: None) -> Issuer:
    """An issuer that a registry would accept."""
    return Issuer.objects.create(
        key="demo-fund",
        **in_three(
            "name", {"kk": "«Үлгі» қоғамдық қоры", "ru": "Общественный фонд «Пример»", "en": "Example Foundation"}
        ),
        **in_three(
            "address",
            {
                "kk": "050000, Алматы қ., Үлгі к-сі, 1",
                "ru": "050000, г. Алматы, ул. Примерная, 1",
                "en": "1 Example Street, Almaty 050000",
            },
        ),
        **in_three("signer", {"kk": "Ә. Үлгіұлы", "ru": "А. Примеров", "en": "A. Primerov"}),
        **in_three("post", {"kk": "Қор президенті", "ru": "Президент фонда", "en": "President of the Foundation"}),
        **in_three("executor", {"kk": "М. Мысалова", "ru": "М. Образцова", "en": "M. Obraztsova"}),
        number_scheme="KZ-BIN",
        number="221140000111",
        phone="+7 727 000 00 00",
        email="letters@example.org",
    )


@pytest.fixture
def aigul(issuer: Issuer) -> User:
    """The coordinator."""
    person = make_person("aigul@example.org", password="a long enough password")
    Coordinator.objects.create(user=person, issuer=issuer)
    return person


@pytest.fixture
def stranger(db: None) -> User:
    """Somebody with an account and nothing else."""
    return make_person("stranger@example.net")


@pytest.fixture
def president(db: None) -> Office:
    """The main addressee."""
    return make_office(
        "president",
        {"kk": "Президенті", "ru": "Президент", "en": "President"},
        {"kk": "Президентіне", "ru": "Президенту", "en": "President"},
    )


def make_office(key: str, names: dict[str, str], alone: dict[str, str]) -> Office:
    """An office with its forms of address."""
    return Office.objects.create(
        key=key,
        kind=OfficeKind.STATE,
        **in_three("name", names),
        **in_three("addressee_with_person", alone | {"kk": names["kk"]}),
        **in_three("addressee_alone", alone),
        **in_three("salutation", {"kk": "Құрметті Президент!", "ru": "Уважаемый Президент!", "en": "Your Excellency,"}),
    )


@pytest.fixture
def make_draft(issuer: Issuer, president: Office) -> Callable[..., Letter]:
    """Makes drafts that could be opened as they are."""

    def make(slug: str = "clean-air", **fields: Any) -> Letter:
        letter = Letter(
            slug=slug,
            issuer=issuer,
            original_language="kk",
            reference="12/2026",
            **in_three("title", TITLES),
            **in_three("summary", SUMMARIES),
            **in_three("body", BODIES),
            **fields,
        )
        letters.make_letter(letter, by=None, at=NOON)
        Recipient.objects.create(letter=letter, role=RecipientRole.TO, order=1, office=president)
        return letter

    return make


@pytest.fixture
def draft(make_draft: Callable[..., Letter]) -> Letter:
    """A draft that could be opened as it is."""
    return make_draft()


@pytest.fixture
def open_letter(draft: Letter, aigul: User) -> Letter:
    """A published letter that takes signatures."""
    letters.open_letter(draft, by=aigul, at=NOON)
    letters.publish_letter(draft, by=aigul, at=NOON)
    return draft


@pytest.fixture
def revision(open_letter: Letter) -> Revision:
    """The frozen texts of the open letter."""
    return open_letter.revisions.get()


def claim_of(name: str, **fields: Any) -> Claim:
    """What somebody says of an organization that is not in the list."""
    facts: dict[str, Any] = {
        "original_language": "en",
        "names": {"kk": "", "ru": "", "en": name},
        "abbreviations": {},
        "notes": {},
        "kind": "organization",
        "country": "KZ",
        "website": "",
        "number_scheme": "",
        "number": "",
    }
    return Claim(**facts | fields)


@pytest.fixture
def start(revision: Revision) -> Callable[..., Signature]:
    """Starts signatures of the open letter."""

    def start_one(
        email: str = "mira@unverified.example",
        *,
        organization: Organization | None = None,
        name: str = "Unverified Initiative",
        visibility: str = "public",
        at: datetime = NOON,
        **claim: Any,
    ) -> Signature:
        return signatures.start(
            revision,
            organization=organization,
            claim=None if organization else claim_of(name, **claim),
            email=email,
            person_name="Mira Example",
            position="Director",
            basis="head",
            visibility=visibility,
            fingerprint=revision.fingerprint,
            language="en",
            at=at,
        )

    return start_one


def mailed_code(signature: Signature) -> str:
    """The code in the last message about this signature, as the person types it."""
    mail = Mail.objects.filter(template="signing_code", to=signature.email).order_by("-pk").first()
    assert mail is not None
    code: str = mail.context["code"]
    return code


@pytest.fixture
def confirmed(start: Callable[..., Signature]) -> Callable[..., Signature]:
    """Starts and confirms signatures of the open letter."""

    def confirm_one(email: str = "mira@unverified.example", *, at: datetime = NOON, **fields: Any) -> Signature:
        signature = start(email, at=at, **fields)
        signatures.confirm(signature, mailed_code(signature), at=at)
        signature.refresh_from_db()
        return signature

    return confirm_one


def record_enough(signature: Signature, *, by: User, at: datetime = NOON) -> None:
    """Record what admits an organization: less where the mail came from a domain of its own."""
    kinds = [EvidenceKind.REGISTER_SEEN, EvidenceKind.CALL_BACK]
    if not Evidence.objects.filter(mandate=signature.mandate, kind=EvidenceKind.DOMAIN_MAIL).exists():
        kinds += [EvidenceKind.CHANNEL_SEEN, EvidenceKind.MANDATE_DOCUMENT]
    for kind in kinds:
        evidences.record_by_hand(signature, kind, detail="official register, today", by=by, at=at)


@pytest.fixture
def admitted(confirmed: Callable[..., Signature], aigul: User) -> Callable[..., Signature]:
    """Starts, confirms and admits signatures of the open letter, with evidence recorded by Aigul."""

    def admit_one(email: str = "daniyar@verified.example", *, at: datetime = NOON, **fields: Any) -> Signature:
        signature = confirmed(
            email, at=at, **{"name": "Verified Organization", "website": "https://verified.example", **fields}
        )
        record_enough(signature, by=aigul, at=at)
        signatures.admit(signature, by=aigul, at=at, reason="compared with those like it")
        signature.refresh_from_db()
        return signature

    return admit_one


@pytest.fixture
def closed_letter(open_letter: Letter, admitted: Callable[..., Signature], aigul: User) -> Letter:
    """A closed letter with one signatory, whose editions wait."""
    admitted()
    letters.close_letter(open_letter, by=aigul, at=NOON)
    assert open_letter.state == LetterState.CLOSED
    return open_letter


@dataclass(frozen=True, slots=True)
class Printed:
    """A public edition in English: its row and its bytes."""

    edition: Edition
    pdf: bytes
    at: datetime


@pytest.fixture
def printed(
    open_letter: Letter, admitted: Callable[..., Signature], aigul: User, files: Any, settings: Any, tmp_path: Any
) -> Printed:
    settings.DEMONSTRATION, settings.VAR_DIR = True, tmp_path
    now = timezone.now()
    admitted()
    letters.close_letter(open_letter, by=aigul, at=now)
    return print_edition(Edition.objects.get(recipient=None, language="en"), now)


def print_edition(waiting: Edition, at: datetime) -> Printed:
    """Print one edition as the worker does."""
    with claimed(Edition, waiting.pk) as edition:
        assert edition is not None
        editions.print_one(edition)
    done = Edition.objects.get(pk=waiting.pk)
    return Printed(done, editions.content(done), at)


@pytest.fixture
def quick_previews(monkeypatch: pytest.MonkeyPatch) -> None:
    """For those who walk through every address: the renderer is a process of its own and takes seconds; it is tested where it is."""
    monkeypatch.setattr("letters.services.preview._run", lambda payload, *kind: b"%PDF-")


@pytest.fixture
def signed_in(client: Client) -> Callable[[User], Client]:
    """A browser in which this person is signed in."""

    def sign_in(person: User) -> Client:
        client.force_login(person)
        return client

    return sign_in


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Whoever calls a service directly reads English; pages and mail choose their own language."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """Hash passwords quickly: their strength is Django's own subject."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def _is_guarded() -> bool:
    names = {
        "postgresql": "SELECT tgname FROM pg_trigger",
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    }
    with connection.cursor() as cursor:
        cursor.execute(names[connection.vendor])
        return any(name.startswith("base_registerentry") for (name,) in cursor.fetchall())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """Put the single rows and the guard back after a test that emptied every table, whichever comes next."""
    yield
    marker = item.get_closest_marker("django_db")
    if "transactional_db" in getattr(item, "fixturenames", ()) or (marker and marker.kwargs.get("transaction")):
        with item.config.stash[blocking_manager_key].unblock():
            _put_back()
            connection.close()


def _put_back() -> None:
    if (
        RegisterHead._meta.db_table not in connection.introspection.table_names()
    ):  # a restoration was tried: nothing is there
        return
    RegisterHead.objects.get_or_create(id=1)
    PublicState.objects.get_or_create(id=1)
    if not _is_guarded():
        with connection.schema_editor() as editor:
            GUARD.guard(None, editor)
            TRUNCATE_GUARD.guard(None, editor)


@pytest.fixture
def committed(transactional_db: None) -> Iterator[None]:
    """A database in which transactions really commit, with the single rows and the register's guard in place.

    Afterwards the guard is lifted, because emptying the tables deletes what the register never lets go.
    """
    _put_back()
    yield
    with connection.schema_editor() as editor:
        TRUNCATE_GUARD.unguard(None, editor)
        GUARD.unguard(None, editor)
