"""`make run`: the whole site comes up, a dead program comes back, and nothing is left behind."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests import servers
from tests.site import descendants, lay_tables, main_programs, processes, supervisor, wait_until


def test_a_dead_program_comes_back_and_nothing_outlives_the_site(tmp_path):
    with servers.site(tmp_path, has_tables=lay_tables(tmp_path)) as address:
        with urllib.request.urlopen(f"{address}/readyz", timeout=10) as answer:
            ready = answer.status
        top = supervisor(tmp_path)
        before = wait_until(lambda: (found := main_programs(top)) and len(found) == 5 and found)
        os.kill(before["worker-pdf"], signal.SIGKILL)
        after = wait_until(
            lambda: (new := main_programs(top).get("worker-pdf")) and new != before["worker-pdf"] and new
        )
        everything = descendants(top, processes())
        port = int(address.rpartition(":")[2])
        environment = {**os.environ, "PORT": str(port), "VAR_DIR": str(tmp_path)}
        second = subprocess.run(
            [sys.executable, servers.ROOT / "deploy" / "run.py"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        asked_at = time.monotonic()
    stopped_after = time.monotonic() - asked_at

    assert ready == 200
    assert before.keys() == {"web", "worker-mail", "worker-pdf", "worker-checks", "beat"}
    assert after in everything
    assert second.returncode == 1
    assert second.stderr == (
        f"Port {port} of 127.0.0.1 cannot be used: Address already in use. Choose another: make run PORT=8001\n"
    )
    assert stopped_after < 8
    assert [pid for pid in everything if Path(f"/proc/{pid}").exists()] == []
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port), timeout=1):
        pass
