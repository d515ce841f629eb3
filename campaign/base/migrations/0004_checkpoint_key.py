"""Who signed a checkpoint. SQLite rebuilds the table for that and loses its guard, so it is put back."""

from django.db import migrations, models

TABLE = "base_registercheckpoint"


def guard_again(apps, schema_editor):
    if schema_editor.connection.vendor != "sqlite":
        return
    for act in ("UPDATE", "DELETE"):
        schema_editor.execute(
            f"CREATE TRIGGER IF NOT EXISTS {TABLE}_{act.lower()}_guard BEFORE {act} ON {TABLE} "
            "BEGIN SELECT RAISE(ABORT, 'the register only grows'); END"
        )


class Migration(migrations.Migration):
    dependencies = [("base", "0003_mail_headers")]

    operations = [
        migrations.AddField(
            model_name="registercheckpoint",
            name="key",
            field=models.CharField(
                blank=True, help_text="The verifier key of whoever signed the note.", max_length=300
            ),
        ),
        migrations.RunPython(guard_again, guard_again),
    ]
