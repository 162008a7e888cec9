import os

from support import ScriptTest

import package_managers

# A package manager that notes how it is called. Of it `known` names what the index has, `missing` what is still to be
# installed, and `failing` the word with which it fails.
TOOL = """
import os, sys
arguments = sys.argv[1:]
with open({log!r}, "a") as log:
    print(os.path.basename(sys.argv[0]), *arguments, file=log)
if "show" in arguments and arguments[-1] not in {known!r}:
    sys.exit(100)
if "--simulate" in arguments:
    print("Reading package lists...")
    print(*("Inst " + name for name in {missing!r}), sep="\\n")
if {failing!r} in arguments:
    sys.exit(7)
"""


class PackageManagers(ScriptTest):
    script = "package_managers.py"

    def tools(self, *names, known=(), missing=(), failing="nothing"):
        """Puts package managers on the path, and nothing else."""
        self.make("tools")
        code = TOOL.format(log=self.path("log"), known=known, missing=missing, failing=failing)
        for name in names:
            self.program(f"tools/{name}", code)
        self.patch(os, "environ", {"PATH": self.path("tools")})

    def calls(self):
        return self.read("log").replace(self.path("cache"), "CACHE").splitlines()

    def install(self, *packages):
        package_managers.find().install(self.make("cache"), packages)

    def test_the_first_that_is_there_is_found(self):
        for tools, expected in [
            (["dnf", "apt-get", "microdnf"], "apt-get"),
            (["dnf", "apk"], "apk"),
            (["microdnf", "dnf"], "dnf"),
            (["microdnf"], "microdnf"),
        ]:
            with self.subTest(tools=tools):
                self.tools(*tools)
                self.assertEqual(package_managers.find().command, expected)
                for name in tools:
                    os.remove(self.path("tools", name))

    def test_an_image_without_one_fails(self):
        self.tools()
        with self.fails_with(
            "the base image has no package manager that is known (apt-get, apk, dnf, microdnf): install system packages in"
            " an image of your own, and name that in `from`"
        ):
            package_managers.find()

    def test_apt_installs_from_an_index_of_today(self):
        self.tools("apt-get", "apt-cache", known=("libffi8",))
        self.install("libpq5", "libffi9|libffi8|libffi7", "libicu1|libicu2")
        quiet = "apt-get -q -o Acquire::Retries::Delay=false"
        places = "-o Dir::State::Lists=CACHE/apt/lists -o Dir::Cache=CACHE/apt"
        options = f"{places} --yes --no-install-recommends -o APT::Keep-Downloaded-Packages=true"
        self.assertEqual(
            self.calls(),
            [
                f"{quiet} {places} update -o APT::Update::Error-Mode=any",
                f"apt-cache {places} show libffi9",
                f"apt-cache {places} show libffi8",
                # The last of the names is taken without a look.
                f"apt-cache {places} show libicu1",
                f"{quiet} install {options} -- libpq5 libffi8 libicu2",
                f"apt-get -q install {options} --simulate -- libpq5 libffi8 libicu2",
            ],
        )
        self.assertEqual(
            self.tree("cache"), ["apt/", "apt/archives/", "apt/archives/partial/", "apt/lists/", "apt/lists/partial/"]
        )

    def test_apt_that_leaves_something_out_fails(self):
        self.tools("apt-get", missing=("libpq5 (16.1)", "libssl3"))
        with self.fails_with("apt-get ended well, but would still do: Inst libpq5 (16.1); Inst libssl3"):
            self.install("libpq5")

    def test_apt_that_fails_is_named_with_its_verb(self):
        for verb in ["update", "install"]:
            with self.subTest(verb=verb):
                self.tools("apt-get", failing=verb)
                with self.fails_with(f"apt-get {verb} failed"):
                    self.install("libpq5")

    def test_apt_asks_nothing_and_keeps_its_archive(self):
        self.tools("apt-get")
        hook = self.write("docker-clean")
        self.patch(package_managers.Apt, "HOOK", hook)
        package_managers.find().prepare()
        self.assertFalse(os.path.exists(hook))
        self.assertEqual(os.environ["DEBIAN_FRONTEND"], "noninteractive")
        # Images that are no Docker images have no such hook.
        package_managers.find().prepare()

    def test_apk_installs_from_an_index_of_today(self):
        self.tools("apk")
        package_managers.find().prepare()
        self.install("libpq", "libffi")
        options = "apk --no-progress --cache-dir CACHE/apk"
        self.assertEqual(self.calls(), [f"{options} update", f"{options} add -- libpq libffi"])

    def test_apk_that_fails_is_named_with_its_verb(self):
        for verb in ["update", "add"]:
            with self.subTest(verb=verb):
                self.tools("apk", failing=verb)
                with self.fails_with(f"apk {verb} failed"):
                    self.install("libpq")

    def test_dnf_installs_without_what_is_recommended(self):
        settings = "--setopt=cachedir=CACHE/dnf --setopt=keepcache=1"
        settings += " --setopt=install_weak_deps=0 --setopt=skip_if_unavailable=0"
        for tools, expected in [
            (["microdnf"], f"microdnf -y {settings} install libpq"),
            (["dnf"], f"dnf -y {settings} install libpq"),
            (["dnf", "dnf5"], f"dnf -y {settings} --setopt=system_cachedir=CACHE/dnf install libpq"),
        ]:
            with self.subTest(tools=tools):
                self.tools(*tools)
                package_managers.find().prepare()
                self.install("libpq")
                self.assertEqual(self.calls()[-1], expected)
                for name in tools:
                    os.remove(self.path("tools", name))

    def test_dnf_that_fails_is_named_with_its_verb(self):
        self.tools("dnf", failing="install")
        with self.fails_with("dnf install failed"):
            self.install("libpq")
