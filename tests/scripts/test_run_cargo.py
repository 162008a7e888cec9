import os
import struct
import sys
import zipfile

from support import ScriptTest


def library(machine, text=b""):
    """The start of an ELF file for a machine."""
    return b"\x7fELF" + bytes(14) + struct.pack("<H", machine) + text


X86_64, AARCH64 = 62, 183


class RunCargo(ScriptTest):
    script = "run_cargo.py"

    def setUp(self):
        super().setUp()
        self.make("rustup/toolchains/a/bin")
        self.make("wheels")
        self.make("target")

    def run_cargo(self, code="", names=(), lock="", wheels=True, keep=""):
        """Runs the script with a command that is a Python text."""
        wheels = self.path("wheels") if wheels else ""
        command = (sys.executable, "-c", code)
        return self.run_script(self.path("rustup"), self.path("target"), lock, wheels, keep, *names, "--", *command)

    def wheel(self, name, **files):
        with zipfile.ZipFile(self.path("wheels", name), "w") as wheel:
            for path, data in files.items():
                wheel.writestr(path.replace("__", "."), data)

    def test_what_was_compiled_of_stubs_is_forgotten(self):
        hashed = "0123456789abcdef"
        for name in ("own", "own-macros", "other"):
            self.make(f"target/release/.fingerprint/{name}-{hashed}")
            self.make(f"target/x86_64-unknown-linux-gnu/release/.fingerprint/{name}-{hashed}")
            self.make(f"target/release/deps/{name}-{hashed}")
        self.check_success(self.run_cargo(names=["own"]), "")
        for folder in ("target/release", "target/x86_64-unknown-linux-gnu/release"):
            left = sorted(os.listdir(self.path(folder, ".fingerprint")))
            self.assertEqual(left, [f"other-{hashed}", f"own-macros-{hashed}"])
        self.assertEqual(len(os.listdir(self.path("target/release/deps"))), 3)

    def test_nothing_is_forgotten_without_names(self):
        self.make("target/release/.fingerprint/own-0123456789abcdef")
        self.check_success(self.run_cargo(), "")
        self.assertEqual(os.listdir(self.path("target/release/.fingerprint")), ["own-0123456789abcdef"])

    def test_the_toolchain_is_on_the_search_path(self):
        ended = self.run_cargo("import os; print(os.environ['PATH'].split(':')[0])")
        self.check_success(ended, self.path("rustup/toolchains/a/bin") + "\n")

    def test_a_lock_file_is_copied_where_there_is_none(self):
        self.write("made/Cargo.lock", "made")
        self.make("src")
        lock = f"{self.path('made/Cargo.lock')}:{self.path('src/Cargo.lock')}"
        for expected in ("made", "own"):
            self.check_success(self.run_cargo(lock=lock), "")
            with open(self.path("src/Cargo.lock"), encoding="utf-8") as file:
                self.assertEqual(file.read(), expected)
            self.write("src/Cargo.lock", "own")

    def test_the_status_of_the_command_is_kept(self):
        self.assertEqual(self.run_cargo("import sys; sys.exit(3)").code, 3)
        killed = self.run_cargo("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
        self.assertEqual(killed.code, 128 + 9)

    def test_libraries_that_are_left_among_sources_are_kept(self):
        self.write("src/own/old.so", "old")
        self.write("src/own/again.so", "before")
        code = (
            f"import os; os.chdir({self.path('src/own')!r}); "
            "open('new.so', 'w').write('new'); os.remove('again.so'); open('again.so', 'w').write('again!'); "
            "open('other.txt', 'w').close()"
        )
        self.check_success(self.run_cargo(code, keep=f"{self.path('src')}:{self.path('kept')}"), "")
        self.assertEqual(sorted(os.listdir(self.path("kept/own"))), ["again.so", "new.so"])
        with open(self.path("kept/own/again.so"), encoding="utf-8") as file:
            self.assertEqual(file.read(), "again!")

    def test_a_folder_for_libraries_is_there_without_any(self):
        self.make("src")
        self.check_success(self.run_cargo(keep=f"{self.path('src')}:{self.path('kept')}"), "")
        self.assertEqual(os.listdir(self.path("kept")), [])

    def test_libraries_that_fit_are_taken(self):
        good = library(X86_64, b"PyInit_own")
        self.wheel("own-1-cp39-abi3-linux_x86_64.whl", own__abi3__so=good, data=b"x")
        # Bindings of cffi have no such function.
        self.wheel("own-1-py3-none-linux_x86_64.whl", own__so=library(X86_64))
        self.wheel("own-1-cp313-cp313-linux_aarch64.whl", other__so=library(AARCH64))
        self.check_success(self.run_cargo(), "")

    def test_a_stub_is_not_taken_for_a_module(self):
        self.wheel("own-1-cp39-abi3-linux_x86_64.whl", own__abi3__so=library(X86_64))
        ended = self.run_cargo()
        self.assertEqual(ended.code, 1)
        self.assertIn("own.abi3.so in own-1-cp39-abi3-linux_x86_64.whl has no PyInit function", ended.err)
        self.check_success(self.run_cargo(wheels=False), "")

    def test_a_library_of_another_machine_is_an_error(self):
        wrong = library(AARCH64, b"PyInit_own")
        self.wheel("own-1-cp313-cp313-linux_x86_64.whl", own__so=wrong)
        ended = self.run_cargo()
        self.assertEqual(ended.code, 1)
        self.assertIn("is for another machine than the wheel", ended.err)
