import os

from support import ScriptTest

# An `apk` that writes below the folder that stands in for the root.
APK = """
import os, sys
if "add" in sys.argv:
    os.makedirs({root!r} + "/usr/lib/new")
    for name in ["usr/lib/new/lib.so", "lib/apk/db/lock", "var/cache/misc"]:
        open(os.path.join({root!r}, name), "w").close()
    os.remove({root!r} + "/etc/replaced")
print(*sys.argv[1:], flush=True)
"""


class InstallSystem(ScriptTest):
    script = "install_system.py"

    def install(self, *packages):
        root, out, cache = self.make("root"), self.make("out"), self.make("cache")
        return self.run_script(out, cache, *packages, root=root, env={"PATH": self.make("tools")})

    def test_what_packages_changed_is_copied(self):
        for name in ["etc/replaced", "etc/kept"]:
            self.write(f"root/{name}", "old")
        self.make("root/lib/apk/db")
        self.make("root/var/cache")
        self.program("tools/apk", APK.format(root=self.path("root")))
        options = f"--no-progress --cache-dir {self.path('cache/apk')}"
        self.check_success(
            self.install("libpq", "libffi"),
            f"{options} update\n{options} add -- libpq libffi\n"
            "of the base image, packages replaced these files, which stay:\n  /etc/replaced\n",
        )
        self.assertEqual(
            self.tree("out"),
            ["usr/", "usr/lib/", "usr/lib/new/", "usr/lib/new/lib.so", "var/", "var/cache/", "var/cache/misc"],
        )

    def test_an_image_without_a_package_manager_fails(self):
        self.check_failure(
            self.install("libpq"),
            "the base image has no package manager that is known (apt-get, apk, dnf, microdnf): install system packages"
            " in an image of your own, and name that in `from`",
        )
        self.assertEqual(os.listdir(self.path("out")), [])

    def test_packages_that_cannot_be_installed_fail(self):
        self.program("tools/apk", "import sys; sys.exit('add' in sys.argv)")
        self.check_failure(self.install("nothing"), "apk add failed")
