import json
import sys
from urllib.parse import urlsplit

from support import SCRIPTS, ScriptTest

import with_access

CERTIFICATE = "-----BEGIN CERTIFICATE-----\nours\n-----END CERTIFICATE-----"
UNREADABLE = (
    "the secret `corp` holds an address that cannot be read; quote what is special in its user and password, such as `%2F`"
    " for `/` and `%5B` for `[`"
)
NONE_IN_PIP_CONF = "the secret `corp` looks like a pip.conf, and has no credentials for `index.example.org`"
# Prints what the command sees: its variables and its files.
SHOW = "import json, os; print(json.dumps(dict(os.environ)))"


class Credentials(ScriptTest):
    """What a secret says."""

    script = "with_access.py"

    def check(self, text, expected):
        try:
            found = with_access.credentials("corp", text, "index.example.org")
        except SystemExit as error:
            found = error.code
        self.assertEqual(found, expected, text)

    def test_user_and_password_or_a_token(self):
        self.check("me:a:b", ("me", "a:b"))
        self.check("token", ("__token__", "token"))

    def test_a_netrc_says_by_itself_for_whom_it_is(self):
        self.check("machine h login me", None)
        self.check("default login me", None)

    def test_an_address(self):
        self.check("https://me:secret@index.example.org/simple", ("me", "secret"))
        self.check("HTTPS://me:p%40@index.example.org", ("me", "p@"))
        self.check("https://me@index.example.org", ("me", ""))
        self.check("https://index.example.org/simple", "the secret `corp` is an address without credentials")

    def test_a_pip_conf(self):
        self.check("[global]\nindex-url = https://me:p%40ss@index.example.org/simple", ("me", "p@ss"))
        self.check(
            "[global]\nindex_url = https://index.example.org/simple\nextra-index-url =\n  https://x:y@other.example.org\n"
            "  https://a:b@INDEX.example.org/z",
            ("a", "b"),
        )
        self.check("[global]\nindex-url = https://index.example.org/simple", NONE_IN_PIP_CONF)
        self.check("[global]\ntimeout = 3", NONE_IN_PIP_CONF)
        self.check("[global", NONE_IN_PIP_CONF)

    def test_several_lines_of_something_else(self):
        self.check(
            "two\nlines",
            "the secret `corp` has several lines, expected `USER:PASSWORD`, a token, a .netrc or a pip.conf",
        )

    def test_an_address_that_cannot_be_read_is_not_shown(self):
        for text in [
            "https://me:geheim\uff1awort@index.example.org/simple",
            "https://me:ge/heim@index.example.org/simple",
            "[global]\nindex-url = https://me:geheim\uff20wort@index.example.org/simple",
        ]:
            self.check(text, UNREADABLE)
        # Python takes it for an address or not, depending on its version.
        text = "https://me:a[geheim]b@index.example.org/simple"
        try:
            urlsplit(text)
            self.check(text, ("me", "a[geheim]b"))
        except ValueError:
            self.check(text, UNREADABLE)

    def test_words_of_a_netrc_are_quoted(self):
        for word, expected in [("plain", "plain"), ('a "b#', '"a \\"b#"'), ("", '""'), ("a\\b", '"a\\\\b"')]:
            self.assertEqual(with_access.quoted(word), expected)

    def test_a_netrc_is_read_by_host(self):
        def found(text):
            return with_access.of_netrc("corp", self.write("netrc", text), "index.example.org")

        self.assertEqual(found("machine index.example.org login me password p"), ("me", "p"))
        self.assertEqual(found("default login me password p"), ("me", "p"))
        self.assertIsNone(found("machine"))
        with self.fails_with("the secret `corp` is a .netrc, and has no credentials for `index.example.org`"):
            found("machine other.example.org login me password p")

    def test_a_variable_stands_for_a_part_of_the_credentials(self):
        for credentials, expected in [
            (("me", "p@"), ["me", "p@", "me", "me", "p%40", "me"]),
            (("__token__", "t"), ["__token__", "t", "t", "__token__", "t", "t"]),
            (("t", ""), ["t", "", "t", "t", "", "t"]),
        ]:
            self.assertEqual([with_access.value(word, *credentials) for word in with_access.VARIABLES], expected)


class WithAccess(ScriptTest):
    """What a command is given."""

    script = "with_access.py"

    def run_with(self, *arguments, command=(sys.executable, "-c", SHOW), **how):
        self.make("root")
        return self.run_script(self.make("memory"), *arguments, "--", *command, root=self.path("root"), **how)

    def variables(self, *arguments):
        """The variables of the command, but for those that it would have in any case."""
        ended = self.run_with(*arguments)
        self.assertEqual((ended.code, ended.err), (0, ""))
        plain = {"PATH", "HOME", "LC_ALL", "LC_CTYPE", "PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED"}
        return {name: value for name, value in json.loads(ended.out).items() if name not in plain}

    def secret(self, name, text):
        self.write(f"root/run/secrets/{name}", text)

    def test_tools_are_given_the_credentials_of_an_index(self):
        self.secret("corp-token", "me:p w\n")
        self.assertEqual(
            self.variables("--index", "corp", "CORP", "index.example.org", "corp-token"),
            {
                "NETRC": self.path("memory/netrc"),
                "UV_INDEX_CORP_USERNAME": "me",
                "UV_INDEX_CORP_PASSWORD": "p w",
                "POETRY_HTTP_BASIC_CORP_USERNAME": "me",
                "POETRY_HTTP_BASIC_CORP_PASSWORD": "p w",
            },
        )
        self.assertEqual(self.read("memory/netrc"), 'machine index.example.org login me password "p w"\n')
        self.assertEqual(self.mode("memory/netrc"), "600")

    def test_several_indexes_share_a_netrc(self):
        self.secret("one", "\ufeffmachine one.example.org\n  login a password b\n")
        self.secret("two", "token")
        variables = self.variables(
            "--index", "one", "ONE", "one.example.org", "one", "--user", "ME", "--quoted-password", "WORD",
            "--index", "two", "TWO", "two.example.org", "two", "--alone", "TOKEN",
        )  # fmt: skip
        self.assertEqual(variables["UV_INDEX_TWO_USERNAME"], "__token__")
        self.assertEqual((variables["ME"], variables["WORD"], variables["TOKEN"]), ("a", "b", "token"))
        self.assertNotIn("UV_INDEX_ONE_USERNAME", variables)
        self.assertEqual(
            self.read("memory/netrc"),
            "machine one.example.org\n  login a password b\nmachine two.example.org login __token__ password token\n",
        )

    def test_a_missing_secret_is_told_with_what_to_add(self):
        self.check_failure(
            self.run_with("--index", "corp", "CORP", "index.example.org", "token"),
            "the secret `token` is not given, which the package index `corp` asks for; add `--secret"
            " id=token,env=NAME_OF_A_VARIABLE` or `--secret id=token,src=FILE` to the build",
        )
        self.check_failure(
            self.run_with("--authority", "ca"),
            "the secret `ca` is not given, which holds a certificate authority; add `--secret"
            " id=ca,env=NAME_OF_A_VARIABLE` or `--secret id=ca,src=FILE` to the build",
        )

    def test_an_empty_or_unreadable_secret_is_told(self):
        index = ["--index", "corp", "CORP", "index.example.org", "token"]
        self.secret("token", " \n")
        self.check_failure(self.run_with(*index), "the secret `token` is empty, which the package index `corp` asks for")
        self.secret("token", b"geheim\xff")
        self.check_failure(self.run_with(*index), "the secret `token` is no text in UTF-8")

    def test_a_netrc_that_cannot_be_read_has_no_variables(self):
        self.secret("token", "machine index.example.org login me passwort geheim")
        index = ["--index", "corp", "CORP", "index.example.org", "token"]
        # Without variables the tools read it as they do.
        self.assertEqual(self.variables(*index), {"NETRC": self.path("memory/netrc")})
        self.check_failure(
            self.run_with(*index, "--user", "ME"),
            "the secret `token` begins like a .netrc, and Python cannot read it as one",
        )

    def test_a_variable_of_two_indexes_must_be_the_same(self):
        indexes = []
        for name in ["one", "two"]:
            self.secret(name, f"me:geheim-{name}")
            indexes += ["--index", name, name, f"{name}.example.org", name, "--user", "ME", "--password", "PASSWORD"]
        self.check_failure(
            self.run_with(*indexes),
            "`PASSWORD` stands for the credentials of two package indexes, and they differ; give it two names",
        )

    def test_an_authority_is_trusted_beside_those_of_the_image(self):
        self.secret("ca", CERTIFICATE)
        self.write("root/etc/pki/tls/certs/ca-bundle.crt", "known\n\n")
        self.write("root/etc/ssl/cert.pem", "not read")
        bundle = self.path("memory/authorities.pem")
        names = [
            "SSL_CERT_FILE",
            "REQUESTS_CA_BUNDLE",
            "PIP_CERT",
            "CURL_CA_BUNDLE",
            "GIT_SSL_CAINFO",
            "CARGO_HTTP_CAINFO",
        ]
        expected = dict.fromkeys(names, bundle)
        self.assertEqual(self.variables("--authority", "ca"), {**expected, "APT_CONFIG": self.path("memory/apt.conf")})
        self.assertEqual(self.read("memory/authorities.pem"), f"known\n{CERTIFICATE}\n")
        self.assertEqual(self.read("memory/apt.conf"), f'Acquire::https::CaInfo "{bundle}";\n')

    def test_an_image_without_authorities_trusts_ours(self):
        self.secret("ca", CERTIFICATE)
        self.variables("--authority", "ca")
        self.assertEqual(self.read("memory/authorities.pem"), f"\n{CERTIFICATE}\n")

    def test_an_authority_that_is_none_is_told(self):
        self.secret("ca", "geheim")
        self.check_failure(
            self.run_with("--authority", "ca"),
            "the secret `ca` holds no certificate, expected PEM: `-----BEGIN CERTIFICATE-----`",
        )

    def test_the_command_ends_the_step(self):
        ended = self.run_with(command=[sys.executable, "-c", "raise SystemExit(3)"])
        self.assertEqual((ended.code, ended.err), (3, ""))
        self.check_failure(self.run_with(command=["/no/such/tool"]), "cannot run /no/such/tool: No such file or directory")

    def test_a_missing_agent_is_told_where_the_command_fails(self):
        env = {"SSH_AUTH_SOCK": "/run/ssh-agent"}
        self.check_success(self.run_with("--agent", "demo", command=["true"], env=env))
        failing = [sys.executable, "-c", "raise SystemExit(3)"]
        self.check_failure(
            self.run_with("--agent", "demo", command=failing, env=env),
            "no ssh agent is given, which the git repository of `demo` asks for; add `--ssh default` to the build, with"
            " the key in your agent (`ssh-add`)",
            code=3,
        )
        self.write("root/run/ssh-agent")
        ended = self.run_with("--agent", "demo", command=failing, env=env)
        self.assertEqual((ended.code, ended.err), (3, ""))

    def test_an_unforeseen_error_shows_no_secret(self):
        driver = self.write(
            "driver.py",
            "import with_access\n"
            "def main(*arguments):\n"
            "    raise ValueError('geheim')\n"
            "with_access.main = main\n"
            "with_access.guarded()\n",
        )
        self.check_failure(
            self.run_script(script=driver, env={"PYTHONPATH": SCRIPTS}),
            "the secrets of the package indexes cannot be prepared: ValueError",
        )
