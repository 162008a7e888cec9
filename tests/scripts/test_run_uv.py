import os
import sys

from support import ScriptTest


class RunUv(ScriptTest):
    script = "run_uv.py"

    def run_uv(self, code):
        """Runs the script on an environment with a command that is a Python text; the command sees the environment."""
        environment = self.make("venv")
        text = f"import os, signal, sys; venv = {environment!r}; {code}"
        return self.run_script(environment, sys.executable, "-c", text)

    LEAVE_LOCK = "open(os.path.join(venv, '.lock'), 'w').close()"

    def test_the_lock_file_is_deleted_and_nothing_else(self):
        self.write("venv/pyvenv.cfg", "home = /usr/bin\n")
        self.check_success(self.run_uv(f"{self.LEAVE_LOCK}; print('installed')"), "installed\n")
        self.assertEqual(os.listdir(self.path("venv")), ["pyvenv.cfg"])

    def test_a_command_that_leaves_no_lock_file_succeeds(self):
        self.check_success(self.run_uv("pass"), "")

    def test_the_status_of_a_failed_command_is_kept(self):
        ended = self.run_uv(f"{self.LEAVE_LOCK}; sys.exit(2)")
        self.assertEqual(ended.code, 2, ended)
        self.assertEqual(os.listdir(self.path("venv")), [])

    def test_a_command_that_is_killed_fails_as_in_a_shell(self):
        ended = self.run_uv("os.kill(os.getpid(), signal.SIGTERM)")
        self.assertEqual(ended.code, 128 + 15, ended)
