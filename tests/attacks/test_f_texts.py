"""Block F: texts that are formulas, markup or tricks, in what leaves the product."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client
from openpyxl import load_workbook

from campaign.base.models import User
from letters.models import Letter
from letters.printing.attachments import as_csv
from letters.printing.payload import Signatory
from signatories.models import Organization, Signature, TakeOut
from signatories.services import invitation as invitations
from tests.access.test_matrix import ours, path_of
from tests.conftest import NOON

pytestmark = pytest.mark.django_db

FORMULAS = [
    '=HYPERLINK("https://evil.example","x")',
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
]
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝")


@pytest.fixture
def desk(client: Client, aigul: User, settings: Any) -> Client:
    settings.DEMONSTRATION = True
    client.force_login(aigul)
    return client


def _taken_out(desk: Client, kind: str) -> Any:
    """The board of invitations, as the only coordinator takes it out."""
    desk.post("/en/desk/letters/clean-air/take-outs/", {"kind": kind, "reason": "For the press office"})
    made = TakeOut.objects.latest("pk")
    return desk.post(f"/en/desk/letters/clean-air/take-outs/{made.pk}/fetch/")


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_in_a_name_is_text_in_every_table_that_leaves_the_product(
    desk: Client, admitted: Callable[..., Signature], open_letter: Letter, aigul: User, formula: str
) -> None:
    """Signatories as CSV, invitations as CSV and XLSX."""
    admitted()
    Organization.objects.update(name_en=formula, name_kk=formula, name_ru=formula, website=formula, number=formula)
    new = [
        invitations.NewInvitation(
            name=formula, email="a@x.example", language="en", contact_name=formula, note=formula, country="KZ"
        )
    ]
    invitations.prepare_invitations(open_letter, new, owner=None, by=aigul, at=NOON)
    base = "/en/desk/letters/clean-air"

    cells = []
    for table in (desk.get(f"{base}/signatories.csv"), _taken_out(desk, "invitations_csv")):
        text = table.content.decode("utf-8-sig")
        cells += [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    workbook = load_workbook(io.BytesIO(_taken_out(desk, "invitations_xlsx").content))
    written = [cell for row in workbook.active.iter_rows() for cell in row if cell.value is not None]  # type: ignore[union-attr]

    assert any(formula.strip() in cell for cell in cells)
    assert [cell for cell in cells if cell.startswith(DANGEROUS)] == []
    assert {cell.data_type for cell in written} <= {"s", "n"}
    assert [cell.value for cell in written if str(cell.value).startswith(DANGEROUS)] == []


def test_a_formula_is_text_in_the_table_that_is_attached_to_a_printed_letter() -> None:
    names = tuple(Signatory(formula, formula, formula) for formula in FORMULAS)
    payload: Any = SimpleNamespace(signatories=names, addressee_signatories=(), texts=())

    rows = list(csv.reader(io.StringIO(as_csv(payload).decode("utf-8-sig"))))

    assert len(rows) == len(FORMULAS) + 1
    assert [cell for row in rows for cell in row if cell.startswith(DANGEROUS)] == []


def test_a_formula_can_leave_by_no_writer_of_tables_but_the_one_that_takes_care() -> None:
    """No other module of the product makes CSV or XLSX."""
    base: Path = configured.BASE_DIR
    sources = [path for room in ("campaign", "letters", "signatories") for path in (base / room).rglob("*.py")]
    writers = [
        str(path.relative_to(base))
        for path in sources
        if re.search(r"^(import csv|from csv|import openpyxl|from openpyxl)", path.read_text(), re.MULTILINE)
    ]

    assert {path.rpartition("/")[0] for path in writers} == {"campaign/base/spreadsheet"}


SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>"


def test_markup_in_every_name_of_the_product_is_text_on_every_page(
    world: dict[str, Any], browsers: dict[str, Client]
) -> None:
    """F9: organizations, persons, posts, notes, reasons; every page of every role."""
    Organization.objects.update(name_en=SCRIPT, name_kk=SCRIPT, name_ru=SCRIPT, note_en=SCRIPT, abbreviation_en=SCRIPT)
    Signature.objects.update(
        person_name=SCRIPT, position=SCRIPT, basis_note=SCRIPT, refusal=SCRIPT, decline_reason=SCRIPT
    )
    Letter.objects.update(title_en=SCRIPT, summary_en=SCRIPT)
    alive = set()

    for role, browser in browsers.items():
        for address in ours():
            response = browser.get(path_of(address, world))
            content = b"" if response.streaming else response.content
            response.close()
            is_page = response["Content-Type"].startswith("text/html") if "Content-Type" in response else False
            if is_page and (b"<script>alert" in content or b"<img src=x" in content):
                alive.add((role, address.name))

    assert alive == set()


@pytest.mark.parametrize(
    "day", ["31.12.9999", "01.01.0001", "30.02.2026", "0", "20.11.2026\0", "٢٠.١١.٢٠٢٦", "21.11.2099"]
)
def test_a_day_that_cannot_be_is_answered_in_the_form_of_paper(
    desk: Client, admitted: Callable[..., Signature], day: str
) -> None:
    organization = admitted().organization

    sent = desk.post(
        f"/en/desk/letters/clean-air/signatures/paper/organization/{organization.slug}/",
        {"signed_on": day, "source": "paper", "person_name": "A", "position": "B", "basis": "head", "language": "en"},
    )

    assert sent.status_code == 422
    assert Signature.objects.count() == 1
