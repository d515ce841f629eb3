"""systemd accepts the shipped units, and they start what `make run` starts."""

import configparser
import re
import shutil
import subprocess

import pytest

from deploy import run
from tests.servers import ROOT

UNITS = sorted((ROOT / "deploy" / "systemd").iterdir())


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not on this machine")
def test_systemd_accepts_every_unit(tmp_path):
    for unit in UNITS:
        text = unit.read_text().replace("/opt/qoltanba/.venv/bin/", "/usr/bin/true ").replace("/opt/qoltanba", "/")
        text = re.sub(r"^(User|Group)=.*\n", "", text, flags=re.MULTILINE)
        (tmp_path / unit.name).write_text(text)

    answer = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(tmp_path / unit.name for unit in UNITS)],
        capture_output=True,
        text=True,
        check=False,
    )

    said = [line for line in answer.stderr.splitlines() if str(tmp_path) in line or "qoltanba" in line]
    assert said == []


def commands():
    """What each service of the installation runs, by the unit's name without its prefix."""
    found = {}
    for unit in UNITS:
        parser = configparser.RawConfigParser(strict=False)
        parser.optionxform = str
        parser.read(unit)
        if unit.suffix == ".service":
            found[unit.stem.removeprefix("qoltanba-")] = parser["Service"]["ExecStart"]
    return found


def test_an_installation_runs_the_programs_of_make_run():
    assert commands().keys() == run.programs(8000).keys()


@pytest.mark.parametrize("worker", ["worker-mail", "worker-pdf", "worker-checks"])
def test_a_worker_serves_the_same_queue_with_the_same_limits(worker):
    unit = set(commands()[worker].split()) - {"/opt/qoltanba/.venv/bin/celery"}
    command = run.programs(8000)[worker]
    embedded = set(command[command.index("celery") + 1 :])

    assert {word for word in unit if not word.startswith("--hostname")} == {
        word for word in embedded if not word.startswith("--hostname")
    }


def test_every_service_is_confined():
    for unit in UNITS:
        if unit.suffix == ".service":
            text = unit.read_text()
            for option in ("User=qoltanba", "NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet=\n"):
                assert option in text, (unit.name, option)
