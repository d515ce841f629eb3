import campaign.base.plain
import django.db.models.deletion
from django.db import DatabaseError, migrations, models, transaction


def index_trigrams(apps, schema_editor):
    """On PostgreSQL index the trigrams of what is searched, if this role may have pg_trgm; without, the narrow table is read whole."""
    if schema_editor.connection.vendor != "postgresql":
        return
    try:
        with transaction.atomic(using=schema_editor.connection.alias), schema_editor.connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DatabaseError:
        return
    schema_editor.execute(
        "CREATE INDEX search_form_trigrams ON signatories_searchform USING gin (words gin_trgm_ops)"
    )


class Migration(migrations.Migration):

    dependencies = [
        ('signatories', '0005_invitations'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchForm',
            fields=[
                ('organization', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='search_form', serialize=False, to='signatories.organization')),
                ('words', models.TextField()),
                ('keys', models.TextField()),
                ('initials', models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name='OrganizationAlias',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=300, validators=[campaign.base.plain.validate_plain_line], verbose_name='name')),
                ('folded', models.CharField(editable=False, max_length=600)),
                ('latin', models.CharField(editable=False, max_length=900)),
                ('source', models.CharField(choices=[('claim', 'a claim that was admitted'), ('merge', 'an organization that was merged into it')], max_length=10, verbose_name='source')),
                ('seen_at', models.DateTimeField(verbose_name='seen')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aliases', to='signatories.organization', verbose_name='organization')),
            ],
            options={
                'verbose_name': 'other name',
                'verbose_name_plural': 'other names',
                'constraints': [models.UniqueConstraint(fields=('organization', 'folded'), name='alias_once')],
            },
        ),
        migrations.RunPython(index_trigrams, migrations.RunPython.noop, elidable=False),
    ]
