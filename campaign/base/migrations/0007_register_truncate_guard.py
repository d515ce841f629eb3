"""On PostgreSQL a whole table can be emptied without any of its rows being deleted: that is refused as well."""

from importlib import import_module

from django.db import migrations

GUARDED = import_module("campaign.base.migrations.0002_register_guard").GUARDED


def guard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in GUARDED:
            schema_editor.execute(
                f"CREATE TRIGGER {table}_truncate_guard BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION register_only_grows()"
            )


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in GUARDED:
            schema_editor.execute(f"DROP TRIGGER {table}_truncate_guard ON {table}")


class Migration(migrations.Migration):
    dependencies = [("base", "0006_register_witnesses")]

    operations = [migrations.RunPython(guard, unguard)]
