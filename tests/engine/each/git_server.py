"""A web server with one git repository, written without git: a package in one commit, the same in every run.

Prints the commit. Git reads such a repository file by file ("dumb HTTP").
"""

import hashlib
import sys
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SOURCES = {
    "greet.py": "WORDS = 'greetings from the repository'\n",
    "pyproject.toml": "[project]\nname = 'greet'\nversion = '1.0'\n"
    "[build-system]\nrequires = ['setuptools>=77']\nbuild-backend = 'setuptools.build_meta'\n"
    "[tool.setuptools]\npy-modules = ['greet']\n",
}
FILES = {}


def keep(kind, content):
    """Adds an object, and gives its name."""
    whole = kind.encode() + b" " + str(len(content)).encode() + b"\0" + content
    name = hashlib.sha1(whole).hexdigest()
    FILES[f"/greet.git/objects/{name[:2]}/{name[2:]}"] = zlib.compress(whole)
    return name


def commit():
    blobs = {path: keep("blob", text.encode()) for path, text in SOURCES.items()}
    entries = [b"100644 " + path.encode() + b"\0" + bytes.fromhex(blobs[path]) for path in sorted(blobs)]
    who = "Test <test@example.org> 1700000000 +0000"
    text = f"tree {keep('tree', b''.join(entries))}\nauthor {who}\ncommitter {who}\n\nGreet\n"
    return keep("commit", text.encode())


COMMIT = commit()
FILES["/greet.git/HEAD"] = b"ref: refs/heads/main\n"
FILES["/greet.git/info/refs"] = f"{COMMIT}\trefs/heads/main\n".encode()


class Server(BaseHTTPRequestHandler):
    def do_GET(self):
        body = FILES.get(self.path.split("?")[0])
        self.send_response(200 if body else 404)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *arguments):
        pass


server = ThreadingHTTPServer(("", 8080), Server)
print(COMMIT, flush=True)
sys.exit(server.serve_forever())
