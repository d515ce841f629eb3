"""What a supervisor asks: does the process live (`/healthz`), can it serve readers (`/readyz`)."""

from functools import cache

from django.core.cache import cache as shared_cache
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import get_random_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

OK = "ok"


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that this process answers; asks nobody else."""
    return JsonResponse({"process": OK})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether pages can be served: database, migrations, cache; 503 when not.

    The broker is not asked: without it rows wait and readers notice nothing.
    """
    found = {"database": database_state(), "cache": cache_state()}
    if found["database"] == OK:
        found["migrations"] = migrations_state()
    return JsonResponse(found, status=200 if set(found.values()) == {OK} else 503)


def database_state() -> str:
    """Whether the database answers a question."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        return "unreachable"
    return OK


def migrations_state() -> str:
    """Whether the tables are those of this code."""
    applied = MigrationRecorder(connection).applied_migrations()
    return OK if last_migrations() <= applied.keys() else "missing"


@cache
def last_migrations() -> frozenset[tuple[str, str]]:
    """The last migration of every app, as (app, name); read from the disk once, for it changes with the code only."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


def cache_state() -> str:
    """Whether the cache gives back what it was given."""
    key, word = f"readyz:{get_random_string(8)}", get_random_string(8)
    try:
        shared_cache.set(key, word, timeout=10)
        kept = shared_cache.get(key) == word
    except (OSError, RedisError):
        return "unreachable"
    return OK if kept else "forgetful"
