import os
import subprocess
import sys

from support import ScriptTest

import install_python

MINOR = f"python{sys.version_info.major}.{sys.version_info.minor}"


class InstallPython(ScriptTest):
    script = "install_python.py"

    def interpreter(self):
        """A folder as uv leaves it: an interpreter, a link with another name for it, a lock, half of a download."""
        home = self.path("pythons/cpython-3-linux")
        self.write(f"pythons/cpython-3-linux/lib/{MINOR}/module.py", "x = 1\n")
        self.program(f"pythons/cpython-3-linux/bin/{MINOR}", "print('started')")
        self.link(home, "pythons/cpython-3.1-linux")
        self.write("pythons/.lock")
        self.write("pythons/.temp/half/download")
        self.patch(sys, "base_prefix", home)
        return self.path("pythons")

    def test_the_interpreter_is_finished(self):
        folder = self.interpreter()
        install_python.main(folder)
        self.assertEqual(sorted(os.listdir(folder)), ["bin", "cpython-3-linux"])
        self.assertEqual(
            os.listdir(self.path(f"pythons/cpython-3-linux/lib/{MINOR}/__pycache__")),
            [f"module.{sys.implementation.cache_tag}.pyc"],
        )
        self.assertEqual(sorted(os.listdir(self.path("pythons/bin"))), ["python", "python3", MINOR])
        for name in ["python", "python3", MINOR]:
            # The folder may be copied: the link leads there by no absolute path.
            self.assertEqual(os.readlink(self.path("pythons/bin", name)), f"../cpython-3-linux/bin/{MINOR}")
            started = subprocess.run([self.path("pythons/bin", name)], check=True, capture_output=True, text=True)
            self.assertEqual(started.stdout, "started\n")

    def test_another_interpreter_than_that_of_uv_fails(self):
        folder = self.make("pythons")
        self.check_failure(
            self.run_script(folder),
            f"uv took the interpreter in {os.path.realpath(sys.base_prefix)}, and was to bring one to {folder}",
        )
