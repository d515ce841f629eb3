"""A list is pasted or uploaded, looked through, and only then written down: all of it or nothing, and only invitations."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaign.base.models import Mail, User
from campaign.base.spreadsheet import csv_file, xlsx_file
from letters.models import Letter
from signatories.models import Invitation, Organization, Representative, Signature
from signatories.services import invitation as invitations
from signatories.services import reminder as reminders
from signatories.states import InvitationState
from tests.conftest import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.database]

ENGLISH = [
    ["Organization", "E-mail", "Contact", "Language", "Country", "Kind", "Note"],
    ["Open Air Fund", "office@openair.example", "Ann", "English", "Austria", "Network", "met in May"],
    ["«Жайық» қоғамдық қоры", "zhaiyq@gmail.com", "", "", "", "", ""],
]
KAZAKH = [
    ["Ұйым", "Байланыс", "Тіл", "Ел", "Ескерту", "Уақыт белдеуі"],
    ["«Жайық» қоғамдық қоры", "Гүлнар <office@zhaiyq.example>", "қазақша", "Қазақстан", "дос", "Орал"],
]
RUSSIAN = [
    ["Название", "Почта", "Контакт", "Язык", "Страна"],
    ["Фонд «Река»", "office@reka.example", "Иван Образцов", "русский", "РФ"],
]


@pytest.fixture
def desk(signed_in: Callable[[User], Client], aigul: User, open_letter: Letter, settings: Any) -> Client:
    """Aigul at the desk."""
    settings.DEMONSTRATION = True
    return signed_in(aigul)


ADDRESS = "/en/desk/letters/clean-air/invitations/"
USUAL = {"language": "kk", "country": "KZ", "owner": ""}


def pasted(rows: list[list[str]]) -> str:
    return "\n".join("\t".join(row) for row in rows)


def look(desk: Client, rows: list[list[str]] | str, **more: Any) -> Any:
    table = rows if isinstance(rows, str) else pasted(rows)
    return desk.post(f"{ADDRESS}list/", {**USUAL, "table": table, **more})


def listed() -> list[tuple[str, ...]]:
    columns = ("name", "email", "contact_name", "language", "country", "kind", "note", "time_zone")
    return list(Invitation.objects.order_by("pk").values_list(*columns))


OPEN_AIR = ("Open Air Fund", "office@openair.example", "Ann", "en", "AT", "network", "met in May", "Europe/Vienna")
ZHAIYQ = ("«Жайық» қоғамдық қоры", "zhaiyq@gmail.com", "", "kk", "KZ", "", "", "Asia/Almaty")


def test_nothing_is_written_down_before_it_was_looked_at(desk: Client) -> None:
    page = look(desk, ENGLISH)

    assert page.status_code == 200
    assert "2 organizations are new." in page.content.decode()
    assert "zhaiyq@gmail.com" in page.content.decode()
    assert listed() == []

    saved = look(desk, ENGLISH, save="1")

    assert saved.url == ADDRESS
    assert listed() == [OPEN_AIR, ZHAIYQ]
    assert Mail.objects.count() == 0


@pytest.mark.parametrize("write", [csv_file, xlsx_file])
def test_a_file_says_the_same_as_what_is_pasted(desk: Client, write: Callable[[Any], bytes]) -> None:
    page = desk.post(f"{ADDRESS}list/", {**USUAL, "file": SimpleUploadedFile("list.bin", write(ENGLISH))})

    look(desk, page.context["text"], save="1")

    assert listed() == [OPEN_AIR, ZHAIYQ]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            KAZAKH,
            ("«Жайық» қоғамдық қоры", "office@zhaiyq.example", "Гүлнар", "kk", "KZ", "", "дос", "Asia/Oral"),
        ),
        (RUSSIAN, ("Фонд «Река»", "office@reka.example", "Иван Образцов", "ru", "RU", "", "", "Europe/Moscow")),
    ],
)
def test_headings_and_cells_come_in_three_languages(
    desk: Client, rows: list[list[str]], expected: tuple[str, ...]
) -> None:
    look(desk, rows, save="1")

    assert listed() == [expected]


@pytest.mark.parametrize(
    ("table", "name", "contact"),
    [
        ("Наименование НПО\tЭлектронный адрес\tФИО\nЗаря\tinfo@zarya.example\tИванов", "Заря", "Иванов"),
        ('ОРГАНИЗАЦИЯ;ЭЛ. ПОЧТА;ТЕЛЕФОН\nОФ "Заря";INFO@zarya.example;+7 701', 'ОФ "Заря"', ""),
        ("Организация\tE-mail\nЗаря\tИванов <info@zarya.example>", "Заря", "Иванов"),
        ("Организация\tE-mail\nЗаря\tmailto:info@zarya.example", "Заря", ""),
        ("Организация\tКонтакт\nЗаря\tИванов, info@zarya.example", "Заря", "Иванов"),
        ("Организация\tE-mail\tСтрана\nЗаря\t\u00a0info@zarya.example \tРеспублика Казахстан", "Заря", ""),
        ("Заря <info@zarya.example>", "Заря", ""),
        ("Фонд «Заря» info@zarya.example\n", "Фонд «Заря»", ""),
    ],
)
def test_tables_as_people_have_them_are_understood(desk: Client, table: str, name: str, contact: str) -> None:
    look(desk, table, save="1")

    (one,) = listed()
    assert (one[0], one[1].lower(), one[2], one[4]) == (name, "info@zarya.example", contact, "KZ")


def test_a_file_made_by_a_russian_spreadsheet_is_understood(desk: Client) -> None:
    data = "Организация;Эл. почта;Язык\r\nФонд «Заря»;info@zarya.example;русский\r\n".encode("cp1251")

    page = desk.post(f"{ADDRESS}list/", {**USUAL, "file": SimpleUploadedFile("list.csv", data)})
    look(desk, page.context["text"], save="1")

    assert [(one[0], one[3]) for one in listed()] == [("Фонд «Заря»", "ru")]


def test_a_file_of_mere_lines_is_understood(desk: Client) -> None:
    lines = b"Zarya Fund <info@zarya.example>\nReka Fund <info@reka.example>\n"

    page = desk.post(f"{ADDRESS}list/", {**USUAL, "file": SimpleUploadedFile("list.txt", lines)})
    look(desk, page.context["text"], save="1")

    assert [one[0] for one in listed()] == ["Zarya Fund", "Reka Fund"]


def test_one_wrong_row_and_nothing_is_taken_and_what_was_pasted_stays(desk: Client) -> None:
    wrong = [*ENGLISH, ["", "nobody", "", "Elvish", "Narnia", "", ""]]

    page = look(desk, wrong, save="1")

    html = page.content.decode()
    assert page.status_code == 422
    assert [one.partition(":")[0] for one in page.context["problems"]] == ["Row 4"] * 4
    assert "“Narnia” is not known here." in html
    assert "zhaiyq@gmail.com" in html
    assert listed() == []


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("", "Paste the list here"),
        ("E-mail\na@b.example", "no column is called “Organization”"),
        ("Organization\tPhone\nZarya\t+7 701", "Row 1: no column is called “E-mail”"),
        ("info@zarya.example\ninfo@reka.example", "Row 2: under “Organization”"),
        ("Organization\tE-mail\nZarya\ta@b.example; c@d.example", "not a complete e-mail address"),
        ("Organization\tE-mail\n=1+1\ta@b.example", "is a formula"),
        ("Organization\tE-mail\nhttps://x.example\ta@b.example", "A name cannot hold a web address"),
        ("Organization\tE-mail\nX\ta@office.local", "No mail reaches this address"),
        ('Organization\tE-mail\n"X\ta@b.example', "cannot be read"),
        ("Organization\tE-mail\n" + "X\ta@b.example\n" * 1001, "more than 1000 organizations"),
    ],
)
def test_what_is_no_list_is_refused_in_words(desk: Client, table: str, words: str) -> None:
    page = look(desk, table, save="1")

    assert page.status_code == 422
    assert words in page.content.decode()
    assert listed() == []


def test_who_is_known_is_told_from_who_is_new(
    desk: Client,
    admitted: Callable[..., Signature],
    confirmed: Callable[..., Signature],
    open_letter: Letter,
    aigul: User,
) -> None:
    admitted("daniyar@verified.example")
    confirmed("mira@gmail.com", name="Unverified Initiative")
    new = invitations.NewInvitation(name="«Адамдар» қоғамдық қоры", email="office@adamdar.example", language="kk")
    invitations.prepare_invitations(open_letter, [new], owner=None, by=aigul, at=NOON)

    page = look(
        desk,
        [
            ["Organization", "E-mail"],
            ["Another name", "Office@Adamdar.example"],
            ["ОФ Адамдар", "people@gmail.com"],
            ["Third", "press@adamdar.example"],
            ["Whatever", "mira@gmail.com"],
            ["Some", "press@verified.example"],
            ["The Unverified Initiative", "other@gmail.com"],
            ["Really new", "new@new.example"],
            ["Really new again", "new@new.example"],
        ],
    )

    verdicts = {row.number: row.verdict for part in ("new", "maybe", "known") for row in page.context[part]}
    assert verdicts == {
        2: "invited",
        3: "maybe",
        4: "maybe",
        5: "signed",
        6: "signed",
        7: "maybe",
        8: "new",
        9: "twice",
    }


def test_of_the_doubtful_only_the_marked_are_invited(desk: Client, open_letter: Letter, aigul: User) -> None:
    new = invitations.NewInvitation(name="«Адамдар» қоғамдық қоры", email="office@adamdar.example", language="kk")
    invitations.prepare_invitations(open_letter, [new], owner=None, by=aigul, at=NOON)
    rows = [["Organization", "E-mail"], ["ОФ Адамдар", "a@gmail.com"], ["Фонд Адамдар", "b@gmail.com"]]

    look(desk, rows, save="1", take="3")

    assert [one[1] for one in listed()] == ["office@adamdar.example", "b@gmail.com"]


def test_a_list_can_only_invite(desk: Client, aigul: User) -> None:
    """T10: five hundred rows that claim everything make invitations, and nothing else."""
    before = (
        Organization.objects.count(),
        Signature.objects.count(),
        Representative.objects.count(),
        User.objects.count(),
    )
    rows = [["Organization", "E-mail", "State", "Signature", "signed", "token", "letter"]]
    rows += [[f"Fund {n}", f"office@fund{n}.example", "signed", "admitted", "yes", "x", "2"] for n in range(500)]

    look(desk, rows, save="1", state="signed", signature="1", letter="2")

    assert set(Invitation.objects.values_list("state", "signature", "letter__slug")) == {
        ("prepared", None, "clean-air")
    }
    assert Invitation.objects.count() == 500
    after = (
        Organization.objects.count(),
        Signature.objects.count(),
        Representative.objects.count(),
        User.objects.count(),
    )
    assert after == before


def test_an_organization_of_the_list_is_known_by_its_domain(
    desk: Client, admitted: Callable[..., Signature], make_draft: Callable[..., Letter]
) -> None:
    organization = admitted().organization
    make_draft("second")

    desk.post(
        "/en/desk/letters/second/invitations/list/",
        {**USUAL, "table": "Organization\tE-mail\nVerified\tpress@verified.example", "save": "1"},
    )

    assert Invitation.objects.get().organization == organization


@pytest.fixture
def board(open_letter: Letter, aigul: User) -> Callable[[int], list[Invitation]]:
    """Writes so many organizations on the board, of two countries, in three states."""

    def fill(count: int) -> list[Invitation]:
        new = [
            invitations.NewInvitation(
                name=f"Fund {n}", email=f"office@fund{n}.example", language="kk", country="KZ" if n % 3 else "AT"
            )
            for n in range(count)
        ]
        invitations.prepare_invitations(open_letter, new, owner=aigul, by=aigul, at=NOON)
        made = list(Invitation.objects.select_related("letter__issuer").order_by("pk"))
        for place, one in enumerate(made):
            if place % 2:
                invitations.send_invitation(one, by=aigul, at=NOON)
            if place % 4 == 3:
                invitations.answer_by_hand(one, InvitationState.DECLINED, reason="Statutes", by=aigul, at=NOON)
            invitations.add_note(one, "Called", by=aigul, at=NOON)
        return made

    return fill


def names(page: Any) -> list[str]:
    return [row.name for row in page.context["board"].rows]


def test_the_board_filters_and_counts(
    desk: Client, board: Callable[[int], Any], open_letter: Letter, aigul: User
) -> None:
    board(8)
    reminders.save_plan(
        open_letter, soft_deadline_at=NOON, days_before=[], days_before_closing=[], active=True, by=aigul, at=NOON
    )

    page = desk.get(ADDRESS)

    counts = {one.value: one.count for one in page.context["board"].states if one.count}
    assert counts == {"prepared": 4, "invited": 2, "declined": 2}
    assert names(desk.get(f"{ADDRESS}?state=declined")) == ["Fund 3", "Fund 7"]
    assert names(desk.get(f"{ADDRESS}?country=AT&state=invited")) == []
    assert names(desk.get(f"{ADDRESS}?country=AT")) == ["Fund 0", "Fund 3", "Fund 6"]
    assert names(desk.get(f"{ADDRESS}?overdue=1")) == ["Fund 1", "Fund 5"]
    assert names(desk.get(f"{ADDRESS}?owner=-")) == []
    assert len(names(desk.get(f"{ADDRESS}?owner={aigul.pk}&kind=-&language=kk"))) == 8
    assert names(desk.get(f"{ADDRESS}?q=FUND7")) == ["Fund 7"]
    coverage = {row.name: (row.total, row.numbers) for row in page.context["board"].by_country}
    assert coverage == {"Kazakhstan": (5, [0, 0, 2, 2, 1]), "Austria": (3, [0, 0, 0, 2, 1])}


def test_the_board_asks_the_database_the_same_whatever_its_length(desk: Client, board: Callable[[int], Any]) -> None:
    board(1)
    desk.get(ADDRESS)
    with CaptureQueriesContext(connection) as few:
        desk.get(ADDRESS)
    new = [invitations.NewInvitation(name=f"N {n}", email=f"n{n}@n.example", language="ru") for n in range(40)]
    letter = Letter.objects.get()
    invitations.prepare_invitations(letter, new, owner=None, by=User.objects.get(email="aigul@example.org"), at=NOON)

    with CaptureQueriesContext(connection) as many:
        desk.get(ADDRESS)

    assert len(many) == len(few)


def test_the_course_of_signing_is_drawn_and_told(
    desk: Client, board: Callable[[int], Any], confirmed: Callable[..., Signature]
) -> None:
    board(2)
    confirmed("office@fund0.example", name="Fund 0")

    page = desk.get(ADDRESS)

    timeline = page.context["board"].timeline
    assert (timeline.total, [(day.name, day.total) for day in timeline.days]) == (1, [("20 November 2026", 1)])
    html = page.content.decode()
    assert "1 organization has signed." in html
    assert "style=" not in html
    assert {row.name: row.signature_name for row in page.context["board"].rows} == {"Fund 0": "confirmed", "Fund 1": ""}


@pytest.mark.parametrize(
    ("act", "states"),
    [
        ("bounced", {"invited": "bounced", "prepared": "prepared"}),
        ("needs_board", {"invited": "needs_board", "prepared": "needs_board"}),
        ("remove", {"invited": "invited"}),
        ("nonsense", {"invited": "invited", "prepared": "prepared"}),
    ],
)
def test_what_is_done_with_marked_rows(
    desk: Client, board: Callable[[int], Any], act: str, states: dict[str, str]
) -> None:
    prepared, invited = board(2)

    answer = desk.post(f"{ADDRESS}act/", {"chosen": [prepared.pk, invited.pk], "act": act, "filters": "state=invited"})

    assert answer.url == f"{ADDRESS}?state=invited"
    expected = {one.pk: states[one.state] for one in (prepared, invited) if one.state in states}
    assert dict(Invitation.objects.values_list("pk", "state")) == expected


def test_another_letters_invitations_cannot_be_touched(
    desk: Client, board: Callable[[int], Any], make_draft: Callable[..., Letter]
) -> None:
    other, mine = board(2)
    Invitation.objects.filter(pk=other.pk).update(letter=make_draft("other"))

    desk.post(f"{ADDRESS}act/", {"chosen": [other.pk, mine.pk, "x", "9" * 40], "act": "stop"})

    assert list(Invitation.objects.filter(stopped_at=None)) == [other]
    assert desk.get(f"{ADDRESS}{other.pk}/").status_code == 404


def test_one_invitation_is_corrected_noted_and_answered_for(
    desk: Client, board: Callable[[int], Any], aigul: User
) -> None:
    (_prepared, invited) = board(2)
    address = f"{ADDRESS}{invited.pk}/"
    facts = {
        "name": "Fund One",
        "email": "new@fund1.example",
        "language": "en",
        "country": "AT",
        "time_zone": "Europe/Vienna",
    }

    desk.post(address, {**facts, "owner": aigul.pk})
    wrong = desk.post(address, {**facts, "email": "office@fund0.example"})
    desk.post(f"{address}notes/", {"text": "Back on Monday"})
    empty = desk.post(f"{address}notes/", {"text": " "})
    desk.post(f"{address}answer/", {"answer": "needs_board", "reason": "They meet on Friday"})
    forged = desk.post(f"{address}answer/", {"answer": "signed"})

    invited.refresh_from_db()
    assert (invited.name, invited.email, invited.time_zone) == ("Fund One", "new@fund1.example", "Europe/Vienna")
    assert (invited.state, invited.reason) == ("needs_board", "They meet on Friday")
    assert (wrong.status_code, empty.status_code, forged.status_code) == (422, 422, 422)
    assert "already invited" in wrong.content.decode()
    assert [note.text for note in invited.notes.order_by("pk")] == ["Called", "Back on Monday"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"soft_deadline_at": "2040-01-01T10:00"}, "more than two years ahead"),
        ({"soft_deadline_at": "9999-12-31T23:59"}, "more than two years ahead"),
        ({"days_before": "7, x"}, "Write numbers of days"),
        ({"days_before": "61"}, "Write numbers of days"),
        ({"days_before": "1 2 3 4 5 6"}, "More than 5 reminders"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_and_kept(desk: Client, typed: dict[str, str], words: str) -> None:
    page = desk.post(f"{ADDRESS}plan/", typed)

    assert page.status_code == 422
    assert words in page.content.decode()
    assert next(iter(typed.values())) in page.content.decode()


def test_a_plan_is_saved_and_the_board_follows(desk: Client, board: Callable[[int], Any]) -> None:
    board(2)
    Letter.objects.update(closes_at=NOON.replace(year=2027))

    desk.post(f"{ADDRESS}plan/", {"soft_deadline_at": "2027-03-01T18:00", "days_before": "3;3 1", "active": "on"})

    invited = Invitation.objects.get(state="invited")
    assert f"{invited.next_reminder_at:%Y-%m-%d %H}" == "2027-02-26 05"
