from support import ScriptTest

import toolchain


class Toolchain(ScriptTest):
    script = "toolchain.py"

    def programs(self):
        return toolchain.programs(self.path("rustup"))

    def test_the_only_toolchain_is_found(self):
        self.make("rustup/toolchains/1.95.0-x86_64-unknown-linux-gnu/bin")
        self.assertEqual(self.programs(), self.path("rustup/toolchains/1.95.0-x86_64-unknown-linux-gnu/bin"))

    def test_of_several_the_default_one_is_taken(self):
        for name in ("nightly-x", "stable-x"):
            self.make(f"rustup/toolchains/{name}/bin")
        self.write("rustup/settings.toml", 'version = "12"\ndefault_toolchain = "stable-x"\n')
        self.assertEqual(self.programs(), self.path("rustup/toolchains/stable-x/bin"))

    def test_an_image_without_one_is_an_error(self):
        with self.assertRaisesRegex(SystemExit, "the image of the Rust toolchain has no toolchain in .*rustup"):
            self.programs()

    def test_its_programs_come_first(self):
        self.make("rustup/toolchains/a/bin")
        path = toolchain.environment(self.path("rustup"))["PATH"]
        self.assertTrue(path.startswith(self.path("rustup/toolchains/a/bin:")), path)
