"""Runs a command with the credentials of package indexes and with a certificate authority.

Usage: with_access.py FOLDER [--index NAME VARIABLE HOST SECRET [--user NAME] [--password NAME] [--alone NAME]
    [--quoted-user NAME] [--quoted-password NAME] [--quoted-alone NAME]...]...
    [--authority SECRET] [--agent PACKAGE] -- COMMAND...

PACKAGE comes from a git repository over SSH, whose agent is at SSH_AUTH_SOCK where the client gave it. FOLDER is in memory: nothing that is written there outlives the command. A SECRET is a build secret's id, and a file in
/run/secrets. NAME is the index's, VARIABLE what stands for it in the names of variables. Behind an index, NAME is a variable that the
project's own files have in the address of it: for its user, its password, or what stands there alone, quoted where the
tool puts it there as it is. Standard library only.
"""

import configparser
import netrc
import os
import subprocess
import sys
from urllib.parse import quote, unquote, urlsplit

SECRETS = "/run/secrets"

# Where distributions keep the authorities that are trusted: Debian and Alpine, Fedora, others.
BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)

# Who is meant where a secret is a token alone (the package index's own word for it).
TOKEN_USER = "__token__"

# What tells of a variable in the address of an index.
VARIABLES = ("--user", "--password", "--alone", "--quoted-user", "--quoted-password", "--quoted-alone")


def read_secret(secret, wants):
    try:
        with open(os.path.join(SECRETS, secret), encoding="utf-8-sig") as file:
            text = file.read().strip()
    except FileNotFoundError:
        sys.exit(
            f"the secret `{secret}` is not given, which {wants}; "
            f"add `--secret id={secret},env=NAME_OF_A_VARIABLE` or `--secret id={secret},src=FILE` to the build"
        )
    except UnicodeDecodeError:
        sys.exit(f"the secret `{secret}` is no text in UTF-8")
    if not text:
        sys.exit(f"the secret `{secret}` is empty, which {wants}")
    return text


def parts(secret, url):
    """Host, user and password of an address. What Python says of one that it cannot read would show the password."""
    try:
        found = urlsplit(url)
        _port = found.port
        return found.hostname, found.username, found.password
    except ValueError:
        pass
    sys.exit(
        f"the secret `{secret}` holds an address that cannot be read; "
        "quote what is special in its user and password, such as `%2F` for `/` and `%5B` for `[`"
    )


def of_url(secret, url):
    _, user, password = parts(secret, url)
    if user is None:
        return None
    return unquote(user), unquote(password or "")


def of_pip(secret, text, host):
    """Of the addresses in a pip.conf, the credentials of the one with the host."""
    config = configparser.RawConfigParser()
    config.read_string(text)
    for section in config.sections():
        for key, value in config.items(section):
            if key.replace("_", "-") in ("index-url", "extra-index-url"):
                for url in value.split():
                    if parts(secret, url)[0] == host.lower() and of_url(secret, url):
                        return of_url(secret, url)
    return None


def of_netrc(secret, path, host):
    """User and password of a .netrc; none where that is not what Python takes for one."""
    try:
        found = netrc.netrc(path).authenticators(host)
    except (netrc.NetrcParseError, ValueError):
        return None
    if not found:
        sys.exit(f"the secret `{secret}` is a .netrc, and has no credentials for `{host}`")
    return found[0] or "", found[2] or ""


def credentials(secret, text, host):
    """User and password; none where the secret is a .netrc, which says by itself for whom they are."""
    if text.split(None, 1)[0] in ("machine", "default"):
        return None
    if text.startswith("["):
        try:
            found = of_pip(secret, text, host)
        except configparser.Error:
            found = None
        if not found:
            sys.exit(f"the secret `{secret}` looks like a pip.conf, and has no credentials for `{host}`")
        return found
    if text.lower().startswith(("http://", "https://")):
        found = of_url(secret, text)
        if not found:
            sys.exit(f"the secret `{secret}` is an address without credentials")
        return found
    if len(text.splitlines()) > 1:
        sys.exit(f"the secret `{secret}` has several lines, expected `USER:PASSWORD`, a token, a .netrc or a pip.conf")
    user, colon, password = text.partition(":")
    return (user, password) if colon else (TOKEN_USER, text)


def value(word, user, password):
    """What a variable in the address of an index stands for."""
    alone = password if user == TOKEN_USER else user
    known = {"user": user, "password": password, "alone": alone}[word.rpartition("-")[2]]
    return quote(known, safe="") if word.startswith("--quoted") else known


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    return path


def quoted(word):
    """A word of a .netrc, which may be in quotes."""
    is_plain = word and not set(word) & set(' \t\r\n"\\#')
    return word if is_plain else '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def trust(folder, secret, env):
    text = read_secret(secret, "holds a certificate authority")
    if "-----BEGIN CERTIFICATE-----" not in text:
        sys.exit(f"the secret `{secret}` holds no certificate, expected PEM: `-----BEGIN CERTIFICATE-----`")
    known = ""
    for bundle in BUNDLES:
        if os.path.isfile(bundle):
            with open(bundle, encoding="utf-8", errors="replace") as file:
                known = file.read()
            break
    path = write(folder, "authorities.pem", f"{known.rstrip()}\n{text}\n")
    # OpenSSL and uv, Python's requests, pip, curl, git, cargo.
    for name in (
        "SSL_CERT_FILE",
        "REQUESTS_CA_BUNDLE",
        "PIP_CERT",
        "CURL_CA_BUNDLE",
        "GIT_SSL_CAINFO",
        "CARGO_HTTP_CAINFO",
    ):
        env[name] = path
    env["APT_CONFIG"] = write(folder, "apt.conf", f'Acquire::https::CaInfo "{path}";\n')


def run(command, env, package):
    """Runs a command that may need the agent which is not there: only where it fails is that told."""
    ended = subprocess.run(command, env=env, check=False)
    if ended.returncode != 0:
        print(
            f"no ssh agent is given, which the git repository of `{package}` asks for; "
            "add `--ssh default` to the build, with the key in your agent (`ssh-add`)",
            file=sys.stderr,
        )
    sys.exit(ended.returncode)


def main(folder, *arguments):
    env = dict(os.environ)
    machines = []
    given = {}
    package = None
    words = list(arguments)
    while words[0] != "--":
        if words[0] == "--authority":
            trust(folder, words[1], env)
            words = words[2:]
            continue
        if words[0] == "--agent":
            package = words[1]
            words = words[2:]
            continue
        name, variable, host, secret = words[1:5]
        words = words[5:]
        text = read_secret(secret, f"the package index `{name}` asks for")
        found = credentials(secret, text, host)
        if found is None:
            machines.append(text)
            found = of_netrc(secret, write(folder, "netrc", text + "\n"), host)
        else:
            user, password = found
            machines.append(f"machine {host} login {quoted(user)} password {quoted(password)}")
            for tool in ("UV_INDEX", "POETRY_HTTP_BASIC"):
                env[f"{tool}_{variable}_USERNAME"] = user
                env[f"{tool}_{variable}_PASSWORD"] = password
        while words[0] in VARIABLES:
            if found is None:
                sys.exit(f"the secret `{secret}` begins like a .netrc, and Python cannot read it as one")
            known = value(words[0], *found)
            if given.setdefault(words[1], known) != known:
                sys.exit(f"`{words[1]}` stands for the credentials of two package indexes, and they differ; give it two names")
            env[words[1]] = known
            words = words[2:]
    if machines:
        env["NETRC"] = write(folder, "netrc", "\n".join(machines) + "\n")
    command = words[1:]
    try:
        if package and not os.path.exists(env["SSH_AUTH_SOCK"]):
            run(command, env, package)
        os.execvpe(command[0], command, env)
    except OSError as error:
        sys.exit(f"cannot run {command[0]}: {error.strerror}")


def guarded(*arguments):
    """Of an error that is not foreseen, its kind alone: the rest of it could show a secret in the log of the build."""
    try:
        main(*arguments)
    except Exception as error:
        kind = type(error).__name__
    sys.exit(f"the secrets of the package indexes cannot be prepared: {kind}")


if __name__ == "__main__":
    guarded(*sys.argv[1:])
