import os
import sys

from support import ScriptTest, distribution


class CheckRequirements(ScriptTest):
    script = "check_requirements.py"

    def setUp(self):
        super().setUp()
        environment = self.environment("venv")
        self.python = os.path.join(environment, "bin", "python")
        self.site = self.packages(environment)

    def check(self, names, code=0):
        command = [sys.executable, "-c", f"print('checked'); raise SystemExit({code})"]
        return self.run_script(names, *command, python=self.python)

    def test_what_is_there_and_whole_is_good(self):
        distribution(self.site, "My.Package", record="my_package.py,,\n../../x y.txt,,\n", files=["my_package.py"])
        os.makedirs(self.site, exist_ok=True)
        with open(os.path.join(self.site, "..", "..", "x y.txt"), "w", encoding="utf-8"):
            self.check_success(self.check("my-package,MY_PACKAGE"), "checked\n")

    def test_no_names_are_asked_for(self):
        self.check_success(self.check(""), "checked\n")

    def test_what_is_missing_is_named(self):
        distribution(self.site, "there")
        self.check_failure(
            self.check("one,there,two"),
            f"the installer ended well, and one, two is not in {self.site}",
        )

    def test_lost_files_are_named(self):
        # Of any distribution, whether it was asked for or not.
        distribution(self.site, "broken", record='broken/a.py,,\nbroken/kept.py,,\n"broken/b,c.py",,\n')
        os.makedirs(os.path.join(self.site, "broken"))
        with open(os.path.join(self.site, "broken", "kept.py"), "w", encoding="utf-8"):
            self.check_failure(self.check(""), "broken was installed without broken/a.py, broken/b,c.py")

    def test_what_does_not_go_together_fails(self):
        ended = self.check("", code=1)
        self.assertEqual(ended.out, "checked\n")
        self.check_failure(ended, "what was installed does not go together: change the requirements that are named above")
