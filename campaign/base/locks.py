"""The one place that knows how a row is held while something else is decided."""

from collections.abc import Sequence
from typing import TypeVar

from django.db import connection, models

Row = TypeVar("Row", bound=models.Model)


def hold(model: type[Row], pk: int, *, to_change: bool = False, only: Sequence[str] = ()) -> Row:
    """Read a row and keep it as it is until this transaction ends.

    Others may hold it too, unless it is held `to_change`. PostgreSQL: `FOR SHARE`, which Django does not offer, or
    `FOR NO KEY UPDATE`. SQLite: the transaction began IMMEDIATE, so nobody else writes. Order of locks everywhere: letter,
    organization, the move itself, the public state, the register's head.

    :param only: columns to read at once, where the row is long; the others are read when they are asked for.
    :raises DoesNotExist: there is no such row.
    """
    rows = model._base_manager.only(*only)
    if to_change:
        return rows.select_for_update(no_key=True).get(pk=pk)
    if connection.vendor == "postgresql":
        name, key = (connection.ops.quote_name(part) for part in (model._meta.db_table, str(model._meta.pk.column)))
        columns = ", ".join([key, *map(connection.ops.quote_name, only)]) if only else "*"
        share = f"SELECT {columns} FROM {name} WHERE {key} = %s FOR SHARE"  # noqa: S608  (our own names)
        held = model._base_manager.raw(share, [pk])
        return next(iter(held), None) or rows.get(pk=pk)  # the latter to say that there is none
    return rows.get(pk=pk)


def one_at_a_time(act: str) -> None:
    """Let nobody else do the same until this transaction ends. On SQLite nobody else writes anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [act])
