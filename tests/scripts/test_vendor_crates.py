import os

from support import ScriptTest

# A fake cargo: it vendors one crate, prints the settings, and creates the lock file if it does not exist.
CARGO = """#!/bin/sh
[ "$1 $2 $3 $4" = "vendor --versioned-dirs --manifest-path {src}/Cargo.toml" ] || exit 9
for last; do :; done
[ "$5" != --broken ] || exit 101
mkdir -p "$last/a-1.0.0/src" && echo code >"$last/a-1.0.0/src/lib.rs"
[ -e {src}/Cargo.lock ] || echo made >{src}/Cargo.lock
echo "[source.vendored-sources]"
echo "directory = \\"$last\\""
"""


class VendorCrates(ScriptTest):
    script = "vendor_crates.py"

    def setUp(self):
        super().setUp()
        self.write("src/Cargo.toml")
        self.make("out")
        self.write("rustup/toolchains/a/bin/cargo", CARGO.format(src=self.path("src")), mode=0o755)

    def run_vendor(self, *flags):
        return self.run_script(self.path("rustup"), self.path("out"), self.path("src"), *flags)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def test_crates_and_settings_are_in_the_folder_with_one_time(self):
        self.write("src/Cargo.lock", "locked\n")
        self.check_success(self.run_vendor("--locked"), "")
        vendor = self.path("out/vendor")
        self.assertEqual(self.read("out/config.toml"), f'[source.vendored-sources]\ndirectory = "{vendor}"\n')
        self.assertEqual(self.read("out/vendor/a-1.0.0/src/lib.rs"), "code\n")
        self.assertEqual(sorted(os.listdir(self.path("out"))), ["config.toml", "vendor"])
        for name in ("out/config.toml", "out/vendor", "out/vendor/a-1.0.0/src/lib.rs"):
            self.assertEqual(os.stat(self.path(name)).st_mtime, 315532800, name)

    def test_a_lock_file_that_cargo_writes_is_kept(self):
        self.check_success(self.run_vendor(), "")
        self.assertEqual(self.read("out/Cargo.lock"), "made\n")

    def test_the_status_of_cargo_is_kept(self):
        self.assertEqual(self.run_vendor("--broken").code, 101)
