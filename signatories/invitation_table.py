"""A list of organizations to invite, as coordinators keep it: which columns it has, and what its cells mean."""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.forms import Field
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from campaign.base.errors import Refusal
from campaign.base.languages import LANGUAGES, fold
from campaign.base.spreadsheet import Columns, HeadingMissing, InRow, Row, Table, TableRefused
from signatories.countries import country_choices
from signatories.errors.invitation import CellWrong
from signatories.forms.fields import LineField, MailField
from signatories.services.invitation import NewInvitation
from signatories.states import OrganizationKind
from signatories.time_zones import is_zone, zone_choices

MOST_ROWS = 1_000
COLUMNS = Columns(
    headings={
        "name": (
            "Organization",
            "Ұйым",
            "Ұйымның атауы",
            "Организация",
            "Название организации",
            "Наименование организации",
            "Наименование",
            "НПО",
            "Название НПО",
            "Наименование НПО",
            "ҮЕҰ",
            "NGO",
            "Name",
            "Атауы",
            "Название",
        ),
        "email": (
            *("E-mail", "Email", "Mail", "E-mail address", "Email address"),
            *("Электрондық пошта", "Эл. пошта", "Пошта", "Электрондық мекенжай"),
            *("Электронная почта", "Эл. почта", "Почта", "Электронный адрес", "Адрес электронной почты"),
        ),
        "contact": (
            *("Contact", "Contact person", "Байланыс", "Байланыс тұлғасы", "Контакт", "Контактное лицо"),
            *("ФИО", "Ф. И. О.", "Аты-жөні"),
        ),
        "language": ("Language", "Тіл", "Тілі", "Язык"),
        "country": ("Country", "Ел", "Елі", "Мемлекет", "Страна"),
        "kind": ("Kind", "Type", "Түрі", "Тип", "Вид"),
        "note": ("Note", "Notes", "Comment", "Ескерту", "Ескертпе", "Примечание", "Комментарий"),
        "time_zone": ("Time zone", "Уақыт белдеуі", "Часовой пояс"),
    },
    required=("name",),
    alone="email",
)
_MAIL = re.compile(r"[^\s<>(),;:]+@[^\s<>(),;]+")
_LANGUAGES = {
    "kk": ("kk", "kz", "қазақша", "қазақ тілі", "қазақ", "казахский", "kazakh"),
    "ru": ("ru", "русский", "орысша", "орыс тілі", "орыс", "russian"),
    "en": ("en", "english", "ағылшынша", "ағылшын тілі", "английский"),
}
_ALSO_CALLED = {
    "KZ": ("РК", "ҚР", "Республика Казахстан", "Қазақстан Республикасы", "Republic of Kazakhstan"),
    "RU": ("РФ", "Российская Федерация"),
    "US": ("США", "USA", "АҚШ"),
    "GB": ("UK", "Великобритания", "Англия"),
    "KG": ("Киргизия",),
}


@dataclass(frozen=True, slots=True)
class Usual:
    """What holds for a row whose cell is empty."""

    language: str
    country: str


def read_invitations(table: Table, usual: Usual) -> list[tuple[int, NewInvitation]]:
    """The rows with their numbers.

    :raises TableRefused: with everything that is wrong.
    """
    problems: list[Refusal] = []
    rows = []
    if len(table.rows) > MOST_ROWS:
        raise TableRefused([TooManyInvitations(limit=MOST_ROWS)])
    if not {"email", "contact"} & set(table.header):
        raise TableRefused([InRow(1, HeadingMissing(heading=COLUMNS.name_of("email")))])
    for row in table.rows:
        found = list(_problems(row))
        problems += [InRow(row.number, problem) for problem in found]
        if not found:
            rows.append((row.number, _invitation(row, usual)))
    if problems:
        raise TableRefused(problems)
    return rows


class TooManyInvitations(Refusal):
    """A longer list than is looked through at once."""

    reason = _("The list has more than %(limit)d organizations. Divide it and bring the parts one after another.")


FIELDS: dict[str, Field] = {
    "name": LineField(limit=300, is_name=True),
    "email": MailField(),
    "contact": LineField(limit=200, required=False),
    "note": LineField(limit=300, required=False),
}


def _problems(row: Row) -> Iterator[CellWrong]:
    cells = _cells(row)
    for column, field in FIELDS.items():
        try:
            field.clean(cells[column])
        except ValidationError as error:
            yield CellWrong(heading=COLUMNS.name_of(column), problem=" ".join(error.messages))
    for column, meaning in (("language", _language), ("country", _country), ("kind", _kind), ("time_zone", _zone)):
        if cells[column] and not meaning(cells[column]):
            yield CellWrong(
                heading=COLUMNS.name_of(column),
                problem=_("“%(cell)s” is not known here.") % {"cell": cells[column][:60]},
            )


def _cells(row: Row) -> dict[str, str]:
    """The cells of a row; an e-mail address may stand with the contact, or with a name as mail programs write it.

    Of a mere list of such lines the names are those of organizations.
    """
    cells = {column: row.cells.get(column, "") for column in COLUMNS.headings}
    written = cells["email"] or cells["contact"]
    found = _MAIL.findall(written)
    if len(found) == 1:
        beside = written.replace(found[0], "").replace("mailto:", "").strip(' <>(),;:"\t')
        cells["contact" if "name" in row.cells else "name"] = (
            beside if not cells["email"] else cells["contact"] or beside
        )
        cells["email"] = found[0]
    return cells


def _invitation(row: Row, usual: Usual) -> NewInvitation:
    cells = _cells(row)
    cleaned = {column: field.clean(cells[column]) for column, field in FIELDS.items()}
    return NewInvitation(
        name=cleaned["name"],
        email=cleaned["email"],
        contact_name=cleaned["contact"],
        note=cleaned["note"],
        language=_language(cells["language"]) or usual.language,
        country=_country(cells["country"]) or usual.country,
        kind=_kind(cells["kind"]),
        time_zone=_zone(cells["time_zone"]),
    )


def _language(cell: str) -> str:
    return next((code for code, names in _LANGUAGES.items() if fold(cell) in {fold(name) for name in names}), "")


def _country(cell: str) -> str:
    return _countries().get(fold(cell), "")


@functools.cache
def _countries() -> dict[str, str]:
    """Codes by what countries are called, in each language."""
    called = {fold(name): code for language in LANGUAGES for code, name in country_choices(language)}
    called |= {fold(code): code for code, _name in country_choices("en")}
    return called | {fold(name): code for code, names in _ALSO_CALLED.items() for name in names}


def _kind(cell: str) -> str:
    wanted = fold(cell)
    for language in LANGUAGES if wanted else ():
        with override(language):
            for kind in OrganizationKind:
                if wanted in (fold(kind.value), fold(str(kind.label))):
                    return str(kind.value)
    return ""


def _zone(cell: str) -> str:
    """The zone of this name, or of this city in any language."""
    if is_zone(cell):
        return cell
    cities = ((zone, city) for language in LANGUAGES for zone, city in zone_choices(language))
    return next((zone for zone, city in cities if cell and fold(city) == fold(cell)), "")
