"""What every public page asks of the database is answered without a compiler."""

import pytest
from django.db import connection

from campaign.base.freshness import SQL

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def test_the_question_of_every_page_is_planned_by_key_and_not_compiled() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # a table of one row is read whole where it was analysed
        cursor.execute(f"EXPLAIN {SQL}")
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "JIT" not in plan
    assert plan.count("Index Scan") + plan.count("Index Only Scan") == 2
