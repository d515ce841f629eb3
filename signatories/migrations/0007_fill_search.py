"""Every organization gets its search form."""

from django.db import migrations

from signatories.search import names_of

COLUMNS = [f"{field}_{language}" for field in ("name", "abbreviation") for language in ("kk", "ru", "en")]


def fill(apps, schema_editor):
    organizations = apps.get_model("signatories", "Organization")
    forms = apps.get_model("signatories", "SearchForm")
    rows = organizations.objects.order_by("pk").values("pk", "domain", *COLUMNS)
    batch = []
    for row in rows.iterator(1000):
        names = names_of(row)
        batch.append(
            forms(organization_id=row["pk"], words=names.words, keys=names.keys, initials=names.initials)
        )
        if len(batch) == 1000:
            forms.objects.bulk_create(batch)
            batch.clear()
    forms.objects.bulk_create(batch)


class Migration(migrations.Migration):
    dependencies = [("signatories", "0006_search")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
