"""Long names are found under the initials of their beginning, too."""

from django.db import migrations

from signatories.search import names_of

COLUMNS = [f"{field}_{language}" for field in ("name", "abbreviation") for language in ("kk", "ru", "en")]


def fill(apps, schema_editor):
    organizations = apps.get_model("signatories", "Organization")
    aliases = apps.get_model("signatories", "OrganizationAlias")
    forms = apps.get_model("signatories", "SearchForm")
    others = {}
    for key, name in aliases.objects.order_by("pk").values_list("organization", "name"):
        others.setdefault(key, []).append(name)
    rows = organizations.objects.filter(merged_into=None).order_by("pk").values("pk", "domain", *COLUMNS)
    for row in rows.iterator(1000):
        names = names_of(row, others.get(row["pk"], ()))
        forms.objects.filter(organization=row["pk"]).exclude(initials=names.initials).update(initials=names.initials)


class Migration(migrations.Migration):
    dependencies = [("signatories", "0013_dispute_withdrawn")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
