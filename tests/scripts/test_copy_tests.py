import os

from support import OWNER, ScriptTest


class CopyTests(ScriptTest):
    script = "copy_tests.py"

    def copy(self, *names):
        return self.run_script(self.make("from"), self.make("out"), self.make("base"), OWNER, *names, umask=0o077)

    def test_tests_and_what_configures_them_are_the_users(self):
        self.write("from/tests/unit/test_a.py", mode=0o600)
        self.write("from/conftest.py")
        self.write("from/app.py")
        self.link("tests", "from/test")
        self.check_success(self.copy("tests", "test", "src/tests", "--", "conftest.py", "pytest.ini"))
        self.assertEqual(
            self.tree("out"),
            ["conftest.py", "test/", "tests/", "tests/unit/", "tests/unit/test_a.py"],
        )
        self.assertEqual(os.readlink(self.path("out/test")), "tests")
        self.assertEqual((self.mode("out/tests/unit"), self.mode("out/tests/unit/test_a.py")), ("755", "644"))
        for name in self.tree("out"):
            self.assertEqual(self.owner("out", name.rstrip("/")), OWNER, name)

    def test_folders_that_lead_to_tests_are_made(self):
        self.write("from/src/app/tests.py")
        self.check_success(self.copy("src/app/tests.py", "--", "src/app/tests.py"))
        self.assertEqual(self.tree("out"), ["src/", "src/app/", "src/app/tests.py"])
        self.assertEqual(self.mode("out/src"), "755")

    def test_a_project_without_tests_fails(self):
        self.write("from/conftest.py")
        self.check_failure(
            self.copy("tests", "test", "--", "conftest.py"),
            "the project has no tests: there is no tests and no test in the build context (an ignore file may hide it)",
        )
