import os
import sys

from support import GID, OWNER, UID, ScriptTest

WHO = "id -u; id -g; echo $HOME; touch report"


class RunTests(ScriptTest):
    script = "run_tests.py"

    def setUp(self):
        super().setUp()
        self.write("root/etc/passwd", f"root:x:0:0::/root:/bin/sh\napp:x:{UID}:{GID}::/home/app:/bin/sh\n")
        self.make("reports", mode=0o755)

    def run_tests(self, *command, flags=(), user=OWNER):
        return self.run_script(*flags, user, self.path("reports"), *command, root=self.path("root"))

    def ending(self, code, *more):
        return ["/bin/sh", "-c", f"exit {code}", *more]

    def test_tests_run_as_the_user_who_may_write_reports(self):
        command = ["/bin/sh", "-c", f"cd {self.path('reports')} && {WHO}"]
        for user in [OWNER, "app"]:
            self.check_success(self.run_tests(*command, user=user), f"{UID}\n{GID}\n/home/app\n")
        self.assertEqual(self.owner("reports"), OWNER)
        self.assertEqual(self.owner("reports/report"), OWNER)
        self.assertFalse(os.path.exists(self.path("reports/exit-code")))

    def test_a_user_without_an_entry_is_at_home_in_the_root(self):
        self.write("root/etc/passwd", "")
        self.check_success(self.run_tests("/bin/sh", "-c", "echo $HOME"), "/\n")

    def test_tests_that_fail_are_told(self):
        self.check_failure(self.run_tests(*self.ending(3)), "the tests failed: /bin/sh -c exit 3 ended with 3")

    def test_no_tests_are_told(self):
        self.check_failure(self.run_tests(*self.ending(5)), "there was no test to run")

    def test_no_tests_of_an_old_unittest_are_told(self):
        # Until Python 3.12 it ends with 0 where it has found no test.
        command = ["/bin/sh", "-c", "echo first >&2; echo 'Ran 0 tests in 0.000s' >&2", "unittest"]
        self.check_failure(self.run_tests(*command), "first\nRan 0 tests in 0.000s\nthere was no test to run")
        command = ["/bin/sh", "-c", "echo 'Ran 1 test in 0.000s' >&2", "unittest"]
        ended = self.run_tests(*command)
        self.assertEqual((ended.code, ended.err), (0, "Ran 1 test in 0.000s\n"))

    def test_unittest_that_fails_is_told(self):
        ended = self.run_tests(*self.ending(1, "unittest"))
        self.check_failure(ended, "the tests failed: /bin/sh -c exit 1 unittest ended with 1")

    def test_recorded_tests_do_not_fail_the_step(self):
        for code, command in [
            (0, self.ending(0)),
            (3, self.ending(3)),
            (5, self.ending(5)),
            (5, ["/bin/sh", "-c", "echo Ran 0 tests >&2", "unittest"]),
        ]:
            ended = self.run_tests(*command, flags=["--record"])
            self.assertEqual(ended.code, 0, ended.err)
            self.assertEqual(self.read("reports/exit-code"), f"{code}\n")

    def test_an_unknown_user_fails(self):
        self.check_failure(
            self.run_tests(sys.executable, user="nobody"),
            "the base image has no user 'nobody'; write numeric ids such as \"10001:10001\", which get an entry",
        )
