import os
import sys

from support import ScriptTest, class_environment, distribution

INSTALL = """
import sys
sys.path.insert(0, {tests!r})
from support import distribution
distribution({site!r}, {name!r}, record={record!r}, requires={requires!r}, files={files!r})
print(sys.argv[1])
"""


class InstallProject(ScriptTest):
    script = "install_project.py"

    @classmethod
    def setUpClass(cls):
        cls.venv = class_environment(cls)

    def setUp(self):
        super().setUp()
        self.prefix = self.make("part")
        self.site = self.packages(self.venv, self.prefix)
        self.make("wheels")

    def installer(self, name="Demo", record="demo.py,,\n", files=("demo.py",), requires=()):
        """A command that leaves a distribution in the prefix, and prints what it is to install."""
        tests = os.path.dirname(os.path.abspath(__file__))
        code = INSTALL.format(tests=tests, site=self.site, name=name, record=record, requires=requires, files=files)
        return [sys.executable, "-c", code]

    def install(self, command, *flags, name="demo", requirement="demo==1"):
        arguments = [*flags, self.path("wheels"), self.prefix, name, requirement, *command]
        return self.run_script(*arguments, python=os.path.join(self.venv, "bin", "python"))

    def test_an_installed_project_is_good(self):
        self.check_success(self.install(self.installer()), "demo==1\n")
        self.assertEqual([path for path in self.tree("part") if path.endswith(".pyc")], [])

    def test_its_modules_are_compiled_where_that_is_asked_for(self):
        self.check_success(self.install(self.installer(), "--compile-bytecode"), "demo==1\n")
        compiled = [os.path.basename(path) for path in self.tree("part") if path.endswith(".pyc")]
        self.assertEqual(compiled, [f"demo.{sys.implementation.cache_tag}.pyc"])

    def test_an_installer_that_fails_is_told_with_what_was_built(self):
        self.check_failure(self.install(["false"]), "cannot install demo==1; what was built is nothing")
        self.write("wheels/other-2-py3-none-any.whl")
        self.check_failure(
            self.install(["false"]),
            "cannot install demo==1; what was built is other-2-py3-none-any.whl",
        )

    def test_an_installer_that_installs_nothing_is_told(self):
        self.check_failure(self.install(["true"]), f"the installer ended well, and demo is not in {self.site}")

    def test_lost_files_are_named(self):
        self.check_failure(self.install(self.installer(files=[])), "demo was installed without demo.py")

    def test_the_only_wheel_is_taken_where_no_name_is_known(self):
        wheel = self.write("wheels/Demo-1-py3-none-any.whl")
        self.check_success(self.install(self.installer(), name="", requirement=""), f"{wheel}\n")

    def test_one_wheel_is_expected_where_no_name_is_known(self):
        self.check_failure(
            self.install(["true"], name="", requirement=""),
            "expected one wheel, and what was built is nothing",
        )
        self.write("wheels/a-1-py3-none-any.whl")
        self.write("wheels/b-1-py3-none-any.whl")
        self.write("wheels/.gitignore")
        self.check_failure(
            self.install(["true"], name="", requirement=""),
            "expected one wheel, and what was built is a-1-py3-none-any.whl, b-1-py3-none-any.whl",
        )

    def test_what_the_project_needs_is_looked_for_in_the_environment(self):
        distribution(self.packages(self.venv), "There_Is")
        met = ["there.is>=1", "elsewhere; sys_platform == 'win32'"]
        self.check_success(self.install(self.installer(requires=met), "--check-requires"), "demo==1\n")

    def test_what_the_project_needs_and_nobody_installed_is_named(self):
        requires = ["gone[fast]>=1", "lost_too (>=2)", "elsewhere; sys_platform == 'win32'"]
        ended = self.install(self.installer(requires=requires), "--compile-bytecode", "--check-requires")
        self.check_failure(
            ended,
            "Demo needs gone, lost_too, which only the build of it tells, and nothing installed; name what it needs in a"
            " requirements file, or write it as `dependencies` in `[project]` of `pyproject.toml`",
        )
