#!/usr/bin/env python3
"""Runs the whole site on this machine until Ctrl-C: web, three workers and the clock; a dead one is started again.

For `make run`; a real installation has systemd do this (`deploy/systemd/`). Uses the standard library alone. PORT names
the port on 127.0.0.1, VAR_DIR the folder of the installation.
"""

import ctypes
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("VAR_DIR", ROOT / "var"))
PATIENCE = 10.0  # seconds that a program has for its last words; a Celery worker takes about seven
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36  # linux/prctl.h
LONGEST_PAUSE = 30.0  # seconds between two starts of a program that dies each time
ROOT_IS_FINE = "ignore:You're running the worker with superuser"  # messages are JSON, never pickles
CELERY = [sys.executable, "-W", ROOT_IS_FINE, "-m", "celery", "--quiet", "--app", "campaign"]
WORKER = [*CELERY, "worker", "--concurrency=2", "--loglevel=WARNING", "--without-gossip", "--without-mingle"]


def programs(port: int) -> dict[str, list[str]]:
    """The commands that make up the site; mail has a worker of its own, so that it never waits for printing or foreign servers."""
    gunicorn = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "--bind", f"127.0.0.1:{port}"]
    return {
        "web": [*gunicorn, "campaign.wsgi:application"],
        "worker-mail": [*WORKER, "--queues=mail", "--hostname=mail@%h"],
        "worker-pdf": [*WORKER, "--queues=pdf", "--hostname=pdf@%h"],
        "worker-checks": [*WORKER, "--queues=checks", "--hostname=checks@%h"],
        "beat": [*CELERY, "beat", "--loglevel=WARNING", "--pidfile="],
    }


@dataclass
class Program:
    """One of the site's processes with its descendants, kept alive."""

    name: str
    command: list[str]
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    next_start_at: float = 0.0
    pause: float = 1.0

    def look_after(self, now: float) -> None:
        """Start it if it does not run, later each time when it dies young.

        :param now: seconds of the monotonic clock.
        """
        if self.process is not None and self.process.poll() is not None:
            code = self.process.returncode
            self.end_descendants()
            self.process = None
            self.pause = 1.0 if now - self.started_at > LONGEST_PAUSE else min(self.pause * 2, LONGEST_PAUSE)
            self.next_start_at = now + self.pause
            say(f"{self.name} ended with code {code}; it is started again in {self.pause:.0f} s.")
        if self.process is None and now >= self.next_start_at:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.environment, start_new_session=True, preexec_fn=die_with_parent
            )
            self.started_at = now

    def ask_to_stop(self) -> None:
        """Ask politely."""
        if self.process is not None:
            self.process.terminate()

    def has_stopped(self) -> bool:
        """Whether nothing of it runs but, perhaps, descendants."""
        return self.process is None or self.process.poll() is not None

    def end_descendants(self) -> None:
        """Kill whatever is left of its process group, and bury it."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            with suppress(ChildProcessError):
                while os.waitpid(-self.process.pid, 0):
                    pass


def die_with_parent() -> None:
    """Have Linux end this process should the supervisor be killed outright."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def main() -> None:
    """Run the site until a signal asks to stop."""
    port = int(os.environ.get("PORT", "8000"))
    refuse_taken(port)
    make_folders()
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)  # orphans of a killed program come to us, to be buried
    environment = {"SITE_URL": f"http://127.0.0.1:{port}", "WEB_CONCURRENCY": "2", **os.environ}
    site = [Program(name, command, environment) for name, command in programs(port).items()]
    asked: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda got, _frame: asked.append(got))
    try:
        greeted = False
        while not asked:
            for program in site:
                program.look_after(time.monotonic())
            if not greeted and answers(port):
                greeted = True
                greet(environment["SITE_URL"])
            time.sleep(0.2)
    finally:
        stop(site)


def refuse_taken(port: int) -> None:
    """Leave with a sentence when somebody else has the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            sys.exit(f"Port {port} of 127.0.0.1 cannot be used: {error.strerror}. Choose another: make run PORT=8001")


def make_folders() -> None:
    """Make the folders that the embedded broker and the clock expect to find."""
    for name in ("broker/messages", "broker/processed", "broker/control", "beat", "mail", "files", "static"):
        (VAR_DIR / name).mkdir(parents=True, exist_ok=True)


def answers(port: int) -> bool:
    """Whether the web process serves pages by now."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def greet(site_url: str) -> None:
    """Print where the site is and, in a demonstration, how to enter it."""
    lines = [f"Qoltanba is running:  {site_url}/"]
    logins = VAR_DIR / "demonstration.txt"
    if logins.exists():
        email, password, *others = logins.read_text(encoding="utf-8").splitlines()
        named = [("e-mail", email), ("password", password), *(line.split("\t") for line in others)]
        lines += [f"Coordinator's desk:   {site_url}/ru/desk/"]
        lines += [f"    {name:<18}{value}" for name, value in named[:2]]
        lines += [f"Captured mail:        {site_url}/ru/desk/mail/"]
        if others:
            lines += ["Others, with the same password:", *(f"    {name:<26}{value}" for name, value in named[2:])]
    say("\n".join(["", *lines, "Ctrl-C stops it.", ""]))


def stop(site: list[Program]) -> None:
    """Stop everything: asked first, killed after PATIENCE."""
    for program in site:
        program.ask_to_stop()
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and not all(program.has_stopped() for program in site):
        time.sleep(0.05)
    for program in site:
        program.end_descendants()


def say(text: str) -> None:
    """Speak to the person at the terminal."""
    print(text, flush=True)


if __name__ == "__main__":
    main()
