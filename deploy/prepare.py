#!/usr/bin/env python3
"""Does all set-up, each step once: `prepare.py run` for `make run`, `prepare.py test` for `make test`.

`prepare.py messages` compiles the catalogues alone, for a real installation (`docs/operating.md`).

Needs Python's standard library alone (3.11 or newer). A step is done again only when what it was made from has changed:
its fingerprint lies in a stamp beside the result. What a step prints is shown only when it fails.
"""

import fcntl
import hashlib
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VAR_DIR = Path(os.environ.get("VAR_DIR", ROOT / "var"))
PYTHON = VENV / "bin" / "python"
SEEDS = (
    "[!.]*/**/management/commands/seed_*.py",
    "letters/data/**/*",
    *(f"campaign/demonstration/**/*.{ending}" for ending in ("py", "toml", "md")),
)


class SetupStopped(Exception):
    """Set-up cannot go on; the message tells a person what to do."""


def main(purpose: str) -> None:
    """Prepare the checkout to run the site or to test it."""
    lock = os.open(ROOT, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)  # two starts at once: the second waits, then finds everything done
    if purpose == "messages":
        compile_messages()
        return
    lists = ["packages-run.txt"] if purpose == "run" else ["packages-run.txt", "packages-test.txt"]
    install_packages(lists, first=lists[:1])  # what the environment needs
    with ThreadPoolExecutor() as at_once:
        steps = [
            at_once.submit(install_packages, lists),
            at_once.submit(make_environment, "requirements.txt" if purpose == "run" else "requirements-dev.txt"),
        ]
    for step in steps:
        step.result()
    compile_messages()
    if purpose == "run":
        write_settings()
        migrate()
        seed()


def install_packages(lists: Iterable[str], first: Iterable[str] = ()) -> None:
    """Install the Debian packages that are missing, or stop with the command that does.

    :param first: lists of which alone something is installed now; the command names all.
    """
    wanted = named_in(lists)
    if shutil.which("dpkg-query") is None:
        print("This is not Debian: make sure by yourself that its packages are here: " + " ".join(wanted))
        return
    missing = sorted(set(wanted) - installed(wanted))
    if not missing:
        return
    install = ["apt-get", "install", "--yes", "--no-install-recommends"]
    root = as_root()
    if root is None:
        raise SetupStopped(
            f"Debian packages are missing. Install them and start again:\n\n    sudo {' '.join([*install, *missing])}\n"
        )
    if first and not (missing := sorted(set(missing) & set(named_in(first)))):
        return
    say("Debian packages: " + " ".join(missing))
    quietly([*root, "apt-get", "update"])
    quietly([*root, "env", "DEBIAN_FRONTEND=noninteractive", *install, *missing])


def named_in(lists: Iterable[str]) -> list[str]:
    """The packages of these lists, without comments."""
    texts = [(ROOT / "deploy" / file).read_text(encoding="utf-8") for file in lists]
    lines = (line.partition("#")[0].strip() for text in texts for line in text.splitlines())
    return [line for line in lines if line]


def installed(names: Iterable[str]) -> set[str]:
    """Which of these Debian packages are installed."""
    command = ["dpkg-query", "--show", "--showformat", "${Package} ${db:Status-Status}\n", *names]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    rows = (line.split() for line in answer.stdout.splitlines())
    return {row[0] for row in rows if row[1:] == ["installed"]}


def as_root() -> list[str] | None:
    """How a command begins that needs root; None when this user cannot."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    allowed = sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0
    return ["sudo", "-n"] if allowed else None


def make_environment(requirements: str) -> None:
    """Create .venv and install what the lock names, every file checked against its hash."""
    if not (VENV / "bin" / "pip").exists():
        say("Virtual environment")
        quietly([sys.executable, "-m", "venv", str(VENV)])
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--require-hashes"]
    pip += ["--no-deps", "--only-binary", ":all:"]
    once(
        VENV / "setup" / requirements,
        lambda: fingerprint([ROOT / requirements]),
        f"Python packages of {requirements} (some minutes the first time)",
        lambda: quietly([*pip, "-r", str(ROOT / requirements)]),
    )


def compile_messages() -> None:
    """Compile every catalogue under locale/."""
    catalogues = sorted((ROOT / "locale").rglob("*.po"))

    def made_from() -> str:
        return fingerprint(catalogues, *(str(file.with_suffix(".mo").exists()) for file in catalogues))

    def work() -> None:
        for file in catalogues:
            quietly(["msgfmt", "--check-format", "-o", str(file.with_suffix(".mo")), str(file)])

    once(VENV / "setup" / "messages", made_from, "Translations", work)


def write_settings() -> None:
    """Write the settings of an embedded demonstration to var/env unless this installation has its own."""
    file = VAR_DIR / "env"
    if file.exists() or "SECRET_KEY" in os.environ:
        return
    say(f"Settings in {file}")
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    text = f"""# Written at the first start; yours to change. deploy/env.example explains every name.
# Database, broker, cache, files and mail: whatever is not named here stays in this folder.
DEMONSTRATION=true
SECRET_KEY={secrets.token_urlsafe(50)}
"""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as output:
        output.write(text)


def migrate() -> None:
    """Bring the tables to the state of the code."""
    migrations = [path for path in ROOT.glob("[!.]*/**/migrations/*.py") if VENV not in path.parents]
    once(
        VAR_DIR / "setup" / "migrations",
        lambda: fingerprint([*migrations, ROOT / "requirements.txt"], *database()),
        "Database",
        lambda: manage("migrate"),
    )


def seed() -> None:
    """Bring in the offices and, in a demonstration, its letters."""
    sources = [path for pattern in SEEDS for path in ROOT.glob(pattern) if path.is_file()]

    def work() -> None:
        manage("seed_offices")
        if is_demonstration():
            manage("seed_demo")

    once(VAR_DIR / "setup" / "seeds", lambda: fingerprint(sources, *database()), "Demonstration data", work)


def is_demonstration() -> bool:
    """Whether the installation says of itself that it is a demonstration."""
    file = VAR_DIR / "env"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    said = dict(line.split("=", 1) for line in lines if "=" in line) | os.environ
    return said.get("DEMONSTRATION", "").strip().lower() in ("true", "1", "yes", "on")


def database() -> list[str]:
    """What tells this database from another: its address, and whether its file is there."""
    return [os.environ.get("DATABASE_URL", ""), str((VAR_DIR / "db.sqlite3").exists())]


def manage(command: str) -> None:
    """Run one of the site's commands in the environment just made."""
    port = os.environ.get("PORT", "8000")
    environment = {"SITE_URL": f"http://127.0.0.1:{port}", **os.environ}
    quietly([str(PYTHON), str(ROOT / "manage.py"), command], environment)


def fingerprint(files: Iterable[Path], *words: str) -> str:
    """SHA-256 over the files' paths and bytes and over the words."""
    digest = hashlib.sha256("\0".join(words).encode())
    for file in sorted(files):
        digest.update(f"\0{file.relative_to(ROOT)}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def once(stamp: Path, made_from: Callable[[], str], name: str, work: Callable[[], None]) -> None:
    """Do the work unless its stamp says that it was done from the same things.

    :param made_from: takes the fingerprint; asked again after the work, which may make what it looks at.
    """
    if stamp.exists() and stamp.read_text(encoding="utf-8") == made_from():
        return
    say(name)
    work()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(made_from(), encoding="utf-8")


def quietly(command: list[str], environment: dict[str, str] | None = None) -> None:
    """Run a command, showing what it printed only when it fails."""
    answer = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, cwd=ROOT, env=environment
    )
    if answer.returncode:
        raise SetupStopped(
            f"{answer.stdout}\nSet-up stopped: this failed with code {answer.returncode}: {' '.join(command)}"
        )


def say(step: str) -> None:
    """Tell the person who waits what is being done."""
    print(f"· {step}", flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "run")
    except SetupStopped as stopped:
        sys.exit(str(stopped))
    except KeyboardInterrupt:
        sys.exit("Stopped; start again to go on.")
