"""On PostgreSQL the database adds an entry by itself, in one call: every other writer waits while one holds the head."""

from django.db import migrations

MAKE = """
CREATE FUNCTION register_append(kind text, letter text, leaf bytea, at timestamptz) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    place bigint;  -- of the entry
    edge bytea;    -- the frontier, 32 bytes a hash
    hashed bytea := sha256('\\x00'::bytea || leaf);
    root bytea := hashed;
    number bigint;
    height smallint := 0;
BEGIN
    SELECT size, frontier INTO place, edge FROM base_registerhead WHERE id = 1 FOR UPDATE;
    number := place;
    WHILE number & 1 = 1 LOOP
        root := sha256('\\x01'::bytea || substr(edge, length(edge) - 31) || root);
        edge := substr(edge, 1, length(edge) - 32);
        number := number >> 1;
        height := height + 1;
        INSERT INTO base_registernode (level, "index", hash) VALUES (height, number, root);
    END LOOP;
    INSERT INTO base_registerentry ("index", kind, letter, leaf, leaf_hash, at) VALUES (place, kind, letter, leaf, hashed, at);
    UPDATE base_registerhead SET size = place + 1, frontier = edge || root WHERE id = 1;
    RETURN place;
END $$
"""


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(MAKE)


def unmake(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION register_append")


class Migration(migrations.Migration):
    dependencies = [("base", "0004_checkpoint_key")]

    operations = [migrations.RunPython(make, unmake)]
