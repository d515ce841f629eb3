"""What stood before has its place in the new columns: verified organizations their level, their people their role."""

from typing import Any

from django.db import migrations
from django.db.models import Min

CONFIRMED, OWNER = 2, "owner"


def give_standing(apps: Any, schema_editor: Any) -> None:
    """Verified organizations are confirmed; whoever gave an admitted signature speaks for them, the first one as owner."""
    apps.get_model("signatories", "Organization").objects.filter(verified_at__isnull=False).update(level=CONFIRMED)
    admitted = apps.get_model("signatories", "Signature").objects.filter(admitted_index__isnull=False)
    representatives = apps.get_model("signatories", "Representative").objects
    owned = set()
    firsts = admitted.values("person", "organization").annotate(first=Min("decided_at")).order_by("first", "person")
    for row in firsts:
        one = representatives.filter(user=row["person"], organization=row["organization"])
        one.update(accepted_at=row["first"])
        if row["organization"] not in owned:
            one.update(role=OWNER)
            owned.add(row["organization"])


class Migration(migrations.Migration):
    dependencies = [("signatories", "0003_coalition")]

    operations = [migrations.RunPython(give_standing, migrations.RunPython.noop)]
