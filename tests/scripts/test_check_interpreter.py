import sysconfig

from support import ScriptTest

import check_interpreter


class CheckInterpreter(ScriptTest):
    script = "check_interpreter.py"

    def test_the_same_interpreter_goes_together(self):
        told = self.make("told")
        self.check_success(self.run_script("tell", told))
        self.assertEqual(self.read("told/interpreter"), check_interpreter.facts())
        self.assertIn(sysconfig.get_config_var("SOABI"), self.read("told/interpreter"))
        self.check_success(self.run_script("compare", told, "build:1", "runtime:1"))

    def test_another_interpreter_fails(self):
        self.write("told/interpreter", "cpython-399-linux-gnu with glibc")
        self.check_failure(
            self.run_script("compare", self.path("told"), "build:1", "runtime:1"),
            f"Python in build:1 is cpython-399-linux-gnu with glibc, in runtime:1 it is {check_interpreter.facts()}:"
            " packages that are installed for one do not load on the other; take a `runtime-from` of the same"
            " distribution as `from`",
        )

    def test_the_libc_is_told_apart(self):
        def other_libc(name):
            raise ValueError(name)

        for confstr, expected in [
            (lambda name: "glibc 2.36", "glibc"),
            (lambda name: None, "another libc than glibc"),
            (other_libc, "another libc than glibc"),
        ]:
            self.patch(check_interpreter.os, "confstr", confstr)
            self.assertEqual(check_interpreter.facts().partition(" with ")[2], expected)
