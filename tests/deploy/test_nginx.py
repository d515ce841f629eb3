"""nginx in front of the site, with the shipped configuration and a stub behind it."""

import contextlib
import datetime
import http.client
import re
import shutil
import signal
import socketserver
import ssl
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.servers import ROOT, free_port
from tests.site import wait_until

NAME = "letters.example.org"


class Stub(BaseHTTPRequestHandler):
    """Answers with the headers that it was sent."""

    def do_GET(self):
        body = repr(sorted((name.lower(), value) for name, value in self.headers.items())).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.do_GET()

    def address_string(self):
        return "unix"

    def log_message(self, *args):
        pass


class StubServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


def write_certificate(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    (folder / "privkey.pem").write_bytes(key.private_bytes(pem, form, serialization.NoEncryption()))


class Nginx:
    """A running nginx with the shipped site, moved into a folder and onto free ports."""

    def __init__(self, folder):
        self.folder, self.plain, self.secure = folder, free_port(), free_port()
        text = (ROOT / "deploy" / "nginx.conf").read_text()
        for pattern, replacement in {
            r"listen \[::\][^\n]*\n": "\n",
            r"listen 80": f"listen 127.0.0.1:{self.plain}",
            r"listen 443": f"listen 127.0.0.1:{self.secure}",
            r"/etc/letsencrypt/live/[^/]+": str(folder),
            r"/var/log/nginx": str(folder),
            r"/run/qoltanba": str(folder),
            r"/var/lib/qoltanba": str(folder),
        }.items():
            text = re.sub(pattern, replacement, text)
        paths = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        temporary = "".join(f"{name}_temp_path {folder}/{name};" for name in paths)
        main = f"user root; daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}"
        (folder / "nginx.conf").write_text(f"{main} http {{ access_log off; {temporary}\n{text}\n}}")
        self.command = [shutil.which("nginx") or "/usr/sbin/nginx", "-p", folder, "-c", folder / "nginx.conf"]
        self.command += ["-e", folder / "error.log"]

    def ask(self, path, method="GET", name=NAME, headers=None):
        """Send one request by HTTPS; gives status, headers and body."""
        context = ssl.create_default_context(cafile=str(self.folder / "fullchain.pem"))
        context.check_hostname = False
        connection = http.client.HTTPConnection("127.0.0.1", self.secure, timeout=5)
        connection.connect()
        connection.sock = context.wrap_socket(connection.sock, server_hostname=name)
        with contextlib.closing(connection):
            connection.request(method, path, headers={"Host": name, **(headers or {})})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()

    def log(self):
        return (self.folder / "qoltanba.log").read_text()


@pytest.fixture(scope="module")
def nginx(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nginx")
    write_certificate(folder)
    (folder / "static").mkdir()
    (folder / "static" / "site.css").write_text("body { color: black }")
    server = Nginx(folder)
    with StubServer(str(folder / "web.sock"), Stub) as stub:
        threading.Thread(target=stub.serve_forever, daemon=True).start()
        process = subprocess.Popen(server.command, stderr=subprocess.PIPE)
        try:
            deadline = time.monotonic() + 10
            while not (folder / "pid").exists():
                assert process.poll() is None, process.communicate()[1].decode()
                assert time.monotonic() < deadline
                time.sleep(0.02)
            yield server
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=10)
            stub.shutdown()


def test_the_configuration_is_valid(nginx):
    answer = subprocess.run([*nginx.command, "-t"], capture_output=True, text=True, check=False)

    assert answer.returncode == 0, answer.stderr
    assert "[warn]" not in answer.stderr.replace('the "user" directive', "")


def test_http_leads_to_https(nginx):
    connection = http.client.HTTPConnection("127.0.0.1", nginx.plain, timeout=5)
    connection.request("GET", "/kk/letters/", headers={"Host": "elsewhere.example"})
    answer = connection.getresponse()

    assert (answer.status, answer.headers["Location"]) == (301, f"https://{NAME}/kk/letters/")
    connection.close()


def test_another_name_gets_no_answer(nginx):
    with pytest.raises(ssl.SSLError, match="UNRECOGNIZED_NAME"):
        nginx.ask("/", name="elsewhere.example")


def test_a_forged_address_does_not_reach_the_application(nginx):
    forged = {"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "http", "Forwarded": "for=6.6.6.6"}

    _, _, body = nginx.ask("/kk/", headers=forged)

    assert "6.6.6.6" not in body
    assert "('x-forwarded-for', '127.0.0.1')" in body
    assert "('x-forwarded-proto', 'https')" in body
    assert f"('host', '{NAME}')" in body


@pytest.mark.parametrize("kind", ["invitation", "invited", "signing", "approval", "dispute"])
def test_the_log_holds_neither_addresses_nor_invitations(nginx, kind):
    nginx.ask(f"/kk/{kind}/Sa1cretT0ken/?code=12345678")

    def written():  # lines of earlier requests may come later
        return next((line for line in nginx.log().splitlines() if f"/kk/{kind}/" in line), "")

    line = wait_until(written)
    assert line.startswith("127.0.0.0 [")
    assert f"GET /kk/{kind}/... 200" in line
    assert "127.0.0.1" not in nginx.log()
    assert "Sa1cretT0ken" not in nginx.log()
    assert "12345678" not in nginx.log()


def test_static_files_are_read_only_and_safe(nginx):
    status, headers, body = nginx.ask("/static/site.css")

    assert (status, body) == (200, "body { color: black }")
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert nginx.ask("/static/site.css", method="PUT")[0] == 403
    assert nginx.ask("/static../keys/signing.p12")[0] != 403


def test_the_machine_itself_may_ask_for_readiness(nginx):
    assert nginx.ask("/readyz")[0] == 200


def test_an_upload_over_the_limit_is_refused(nginx):
    status, headers, body = nginx.ask("/kk/", method="POST", headers={"Content-Length": str(13 * 1024 * 1024)})

    assert (status, headers["Content-Type"]) == (413, "text/html; charset=utf-8")
    for words in ("Файл тым үлкен", "Файл слишком велик", "The file is too large"):
        assert words in body


def test_a_flood_of_posts_is_held_back_and_readers_are_not(nginx):
    posts = [nginx.ask("/kk/", method="POST")[0] for _ in range(30)]
    pages = [nginx.ask("/kk/")[0] for _ in range(5)]

    assert posts[:10] == [200] * 10
    assert 429 in posts
    assert pages == [200] * 5
