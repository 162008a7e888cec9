"""A package index behind a password (PEP 503), with one package whose wheel is the same in every run.

Usage: index_server.py USER PASSWORD [CERTIFICATE]. With a certificate and its key (PEM) it speaks TLS. Prints the hash
of the wheel, then the path of each request that it answers.
"""

import base64
import hashlib
import io
import ssl
import sys
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NAME = "corp_greeting-1.0-py3-none-any.whl"
FILES = {
    "corp_greeting.py": "WORDS = 'greetings from the private index'\n",
    "corp_greeting-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: corp-greeting\nVersion: 1.0\n",
    "corp_greeting-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
}


def wheel():
    record = "".join(f"{name},,\n" for name in [*FILES, "corp_greeting-1.0.dist-info/RECORD"])
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, text in [*FILES.items(), ("corp_greeting-1.0.dist-info/RECORD", record)]:
            archive.writestr(zipfile.ZipInfo(name), text)
    return written.getvalue()


WHEEL = wheel()
HASH = hashlib.sha256(WHEEL).hexdigest()
ASKED = "Basic " + base64.b64encode(":".join(sys.argv[1:3]).encode()).decode()


class Index(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.headers.get("Authorization") != ASKED:
            self.answer(401, b"who are you?", "text/plain")
        elif self.path.rstrip("/") == "/simple/corp-greeting":
            link = f'<a href="/files/{NAME}#sha256={HASH}">{NAME}</a>'
            self.answer(200, f"<!DOCTYPE html><html><body>{link}</body></html>".encode(), "text/html")
        elif self.path == f"/files/{NAME}":
            self.answer(200, WHEEL, "application/octet-stream")
        else:
            self.answer(404, b"there is no such thing", "text/plain")

    def answer(self, status, body, kind):
        if status == 200 and self.command == "GET":
            print(self.path, flush=True)
        self.send_response(status)
        if status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="index"')
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if body is WHEEL:
            # As public indexes say of files, which never change.
            self.send_header("Cache-Control", "max-age=31536000, immutable, public")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET

    def log_message(self, *arguments):
        pass


server = ThreadingHTTPServer(("", 8080), Index)
if len(sys.argv) > 3:
    with open("/tmp/server.pem", "w", encoding="ascii") as file:
        file.write(sys.argv[3])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain("/tmp/server.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
print(HASH, flush=True)
server.serve_forever()
