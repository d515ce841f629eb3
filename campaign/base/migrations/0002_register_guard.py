"""The single rows that the register and the public pages start from, and triggers that let the register only grow."""

from django.db import migrations

GUARDED = ("base_registerentry", "base_registernode", "base_registercheckpoint")

POSTGRESQL_FUNCTION = """
CREATE FUNCTION register_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the register only grows';
END $$
"""


def make_rows(apps, schema_editor):
    apps.get_model("base", "RegisterHead").objects.create(id=1)
    apps.get_model("base", "PublicState").objects.create(id=1)


def guard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_FUNCTION)
        for table in GUARDED:
            schema_editor.execute(
                f"CREATE TRIGGER {table}_guard BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION register_only_grows()"
            )
        return
    for table in GUARDED:
        for act in ("UPDATE", "DELETE"):
            schema_editor.execute(
                f"CREATE TRIGGER {table}_{act.lower()}_guard BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, 'the register only grows'); END"
            )


def unguard(apps, schema_editor):
    for table in GUARDED:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER {table}_guard ON {table}")
        else:
            for act in ("update", "delete"):
                schema_editor.execute(f"DROP TRIGGER {table}_{act}_guard")
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION register_only_grows()")


class Migration(migrations.Migration):
    dependencies = [("base", "0001_initial")]

    operations = [
        migrations.RunPython(make_rows, migrations.RunPython.noop),
        migrations.RunPython(guard, unguard),
    ]
