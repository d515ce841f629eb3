"""Processes of a bench: gunicorn as in a real installation, nginx, and Python programs that speak JSON."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.servers import ROOT, embedded, free_port

NGINX = """
daemon off; worker_processes 2; pid {folder}/nginx.pid; error_log {folder}/error.log warn; {user}
events {{ worker_connections 256; }}
http {{
  access_log off; sendfile on; tcp_nopush on; gzip_static on; default_type text/html; charset utf-8;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port}; root {folder}/pages; }}
}}
"""


def environment(folder: Path, database: str, **more: str) -> dict[str, str]:
    """The environment of a real installation on this database: no demonstration, DEBUG off."""
    (folder / "static").mkdir(parents=True, exist_ok=True)
    settings = {"DJANGO_SETTINGS_MODULE": "campaign.settings", "DEMONSTRATION": "false", "DATABASE_URL": database}
    return {**os.environ, **embedded(folder), **settings, **more}


@contextlib.contextmanager
def gunicorn(application: str, env: Mapping[str, str]) -> Iterator[str]:
    """Serve a WSGI application with two sync workers, as `deploy/gunicorn.conf.py` says, and give its address."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"]
    command += ["--bind", f"127.0.0.1:{port}", "--no-control-socket", application]
    with process(command, {**env, "SITE_URL": address, "WEB_CONCURRENCY": "2"}):
        wait_for(f"{address}/healthz")
        yield address


@contextlib.contextmanager
def nginx(folder: Path, pages: Mapping[str, tuple[bytes, bytes]]) -> Iterator[str]:
    """Serve these files (plain, gzip) with nginx and give its address.

    :param folder: an empty folder with a short path.
    """
    (folder / "pages").mkdir(parents=True)
    for name, (plain, compressed) in pages.items():
        (folder / "pages" / name).write_bytes(plain)
        (folder / "pages" / f"{name}.gz").write_bytes(compressed)
    port = free_port()
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port, user=user))
    with process(["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")], os.environ):
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/{next(iter(pages))}")
        yield address


@contextlib.contextmanager
def process(command: list[str], env: Mapping[str, str]) -> Iterator[None]:
    """Run a program until the block ends; its output is shown only if it does not end as asked."""
    running = subprocess.Popen(command, cwd=ROOT, env=dict(env), stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        running.send_signal(signal.SIGTERM)
        try:
            running.wait(timeout=10)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


def wait_for(url: str) -> None:
    """Return as soon as the address answers anything; TimeoutError after thirty seconds."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(url, timeout=5).close()
            return
        time.sleep(0.05)
    raise TimeoutError(url)


def fetch(url: str, *, compressed: bool) -> bytes:
    """The body as it comes over the wire."""
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"} if compressed else {})
    with urllib.request.urlopen(request, timeout=30) as answer:
        body: bytes = answer.read()
    return body


def program(module: str, *arguments: str, env: Mapping[str, str]) -> Any:
    """Run `python -m module` and read what it prints as JSON."""
    command = [sys.executable, "-m", module, *arguments]
    return json.loads(subprocess.run(command, cwd=ROOT, env=dict(env), check=True, stdout=subprocess.PIPE).stdout)
