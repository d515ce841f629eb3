"""What was checked before has its validity; what was confirmed has been so since it was verified."""

from datetime import timedelta
from typing import Any

from django.db import migrations
from django.db.models import F

CONFIRMED = 2
YEAR = timedelta(days=365)


def give_validity(apps: Any, schema_editor: Any) -> None:
    """Evidence holds for a year, a number with check digits without end; the domain of a mail may be shown."""
    evidence = apps.get_model("signatories", "Evidence").objects.filter(valid_until=None)
    evidence.exclude(kind="register_number").update(valid_until=F("checked_at") + YEAR)
    apps.get_model("signatories", "Evidence").objects.filter(kind="domain_mail", public_fact="").update(
        public_fact=F("detail")
    )
    organizations = apps.get_model("signatories", "Organization").objects
    organizations.filter(level__gte=CONFIRMED, confirmed_at=None).update(confirmed_at=F("verified_at"))


class Migration(migrations.Migration):
    dependencies = [("signatories", "0010_verification")]

    operations = [migrations.RunPython(give_validity, migrations.RunPython.noop)]
