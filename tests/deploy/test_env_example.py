"""deploy/env.example names every setting, and an installation made from it passes Django's deployment checks."""

import ast
import os
import re
import secrets
import subprocess
import sys

import environ

from tests.servers import ROOT

EXAMPLE = ROOT / "deploy" / "env.example"
CHECK = ("check", "--deploy", "--fail-level", "WARNING")  # what the web's unit runs before it starts


def names_that_settings_read():
    """The first argument of every call of `env.something(...)` in the settings."""
    tree = ast.parse((ROOT / "campaign" / "settings.py").read_text())
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute))
    return {call.args[0].value for call in calls if getattr(call.func.value, "id", "") == "env"}


def names_in_example():
    return re.findall(r"^#?([A-Z][A-Z0-9_]+)=", EXAMPLE.read_text(), flags=re.MULTILINE)


def production_environment(folder):
    """The example as an operator fills it in, and nothing else of this process's environment but PATH."""
    (folder / "env").write_text(
        EXAMPLE.read_text().replace("SECRET_KEY=", f"SECRET_KEY={secrets.token_urlsafe(50)}", 1)
    )
    return {"PATH": os.environ["PATH"], "VAR_DIR": str(folder)}


def manage(environment, *arguments):
    command = [sys.executable, ROOT / "manage.py", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_the_example_names_every_setting_once_and_no_other():
    assert sorted(names_in_example()) == sorted(names_that_settings_read())


def test_every_setting_is_explained():
    blocks = re.split(r"\n\s*\n", EXAMPLE.read_text())
    unexplained = [block for block in blocks if re.search(r"^#?[A-Z_]+=", block, re.M) and not re.match(r"# \S", block)]

    assert unexplained == []


def test_an_installation_made_from_the_example_passes_the_deployment_checks(tmp_path):
    answer = manage(production_environment(tmp_path), *CHECK)

    assert answer.returncode == 0, answer.stderr
    assert answer.stdout == "System check identified no issues (0 silenced).\n"


def test_the_example_as_it_is_does_not_start(tmp_path):
    (tmp_path / "env").write_text(EXAMPLE.read_text())

    answer = manage({"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path)}, *CHECK)

    assert answer.returncode == 1
    assert "SECRET_KEY" in answer.stderr


def test_values_arrive_as_they_are_meant(tmp_path):
    expression = (
        "from django.conf import settings as s;"
        " print(s.DATABASES['default']['ENGINE'], s.CELERY_BROKER_URL, s.EMAIL_HOST, s.EMAIL_HOST_USER, s.EMAIL_USE_TLS, s.DEFAULT_FROM_EMAIL, s.SESSION_COOKIE_SECURE, s.DEBUG, s.DEMONSTRATION)"
    )

    answer = manage(production_environment(tmp_path), "shell", "--no-imports", "-c", expression)

    assert answer.stdout == (
        "django.db.backends.postgresql redis://127.0.0.1:6379/1 mail.example.org letters@example.org True"
        " Qoltanba <letters@example.org> True False False\n"
    )


def test_defaults_shown_are_the_defaults():
    shown = dict(re.findall(r"^#([A-Z][A-Z0-9_]+)=(.*)$", EXAMPLE.read_text(), flags=re.MULTILINE))

    assert {environ.Env().parse_value(shown[name], bool) for name in ("DEMONSTRATION", "DEBUG")} == {False}
