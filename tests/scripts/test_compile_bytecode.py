import os
import sys

from support import ScriptTest

TAG = sys.implementation.cache_tag
LINE = '    return value in {"drop", "passthrough", "%s"}\n'


class CompileBytecode(ScriptTest):
    script = "compile_bytecode.py"

    def compiled(self, names):
        """Writes modules, compiles them, and gives the bytecode by module."""
        for name in names:
            line = LINE % name
            self.write(f"lib/{name}.py", f"def f(value):\n{line}def g(value):\n{line}")
        self.check_success(self.run_script(self.path("lib")))
        cache = self.path("lib/__pycache__")
        found = {}
        for name in os.listdir(cache):
            with open(os.path.join(cache, name), "rb") as file:
                found[name] = file.read()
        return found

    def test_a_module_compiles_to_the_same_bytes_whatever_stands_beside_it(self):
        # No module: it is passed over.
        self.write("lib/template.py", "def")
        # More than one group.
        names = [f"m{number:03}" for number in range(120)]
        alone = self.compiled(names[-1:])
        together = self.compiled(names)
        self.assertEqual(list(alone), [f"m119.{TAG}.pyc"])
        self.assertEqual(sorted(together), [f"{name}.{TAG}.pyc" for name in names])
        self.assertEqual(together[f"m119.{TAG}.pyc"], alone[f"m119.{TAG}.pyc"])

    def test_the_bytecode_is_checked_by_nothing(self):
        (bytecode,) = self.compiled(["module"]).values()
        # PEP 552: with a hash of the source, which is not compared.
        self.assertEqual(bytecode[4:8], b"\x01\x00\x00\x00")

    def test_folders_are_compiled_and_caches_are_not(self):
        self.write("lib/package/inner/module.py", "x = 1\n")
        self.write("lib/__pycache__/odd.py", "x = 1\n")
        self.write("lib/warned.py", "x = 1 is 1\n")
        self.check_success(self.run_script(self.path("lib")))
        self.assertEqual(
            [path for path in self.tree("lib") if path.endswith(".pyc")],
            [f"__pycache__/warned.{TAG}.pyc", f"package/inner/__pycache__/module.{TAG}.pyc"],
        )

    def test_no_modules_are_no_error(self):
        self.check_success(self.run_script(self.make("empty")))

    def test_bytecode_that_cannot_be_written_fails(self):
        self.write("lib/module.py", "x = 1\n")
        # A file where the folder of the bytecode would be.
        self.write("lib/__pycache__")
        ended = self.run_script(self.path("lib"))
        self.assertEqual(ended.code, 1)
        self.assertIn("cannot compile: ", ended.err)
        self.assertTrue(ended.err.endswith(f"the modules in {self.path('lib')} cannot all be compiled\n"), ended.err)
