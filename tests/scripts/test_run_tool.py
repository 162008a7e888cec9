import os
import stat
import sys

from support import ScriptTest


class RunTool(ScriptTest):
    script = "run_tool.py"

    def run_tool(self, code):
        """Runs the script on an environment with a command that is a Python text; the command sees the environment."""
        environment = self.make("venv")
        text = f"import os, signal, sys; os.chdir({environment!r}); {code}"
        return self.run_script(environment, sys.executable, "-c", text)

    def mode(self, name):
        return oct(stat.S_IMODE(os.lstat(self.path(f"venv/{name}")).st_mode))

    # What a thread makes while another one has set the umask to 0.
    INSTALL = "os.umask(0); os.makedirs('lib/demo'); open('lib/demo/a.py', 'w').close()"

    def test_only_the_owner_may_write(self):
        self.check_success(self.run_tool(self.INSTALL), "")
        modes = [self.mode(name) for name in ("lib", "lib/demo", "lib/demo/a.py")]
        self.assertEqual(modes, ["0o755", "0o755", "0o644"])

    def test_other_modes_and_what_links_lead_to_stay(self):
        self.write("outside", "")
        os.chmod(self.path("outside"), 0o666)
        make = "os.symlink('../outside', 'link'); open('tool', 'w').close(); os.chmod('tool', 0o2755)"
        self.check_success(self.run_tool(make), "")
        self.assertEqual(self.mode("tool"), "0o2755")
        self.assertEqual(self.mode("../outside"), "0o666")

    def test_the_status_of_a_failed_command_is_kept(self):
        ended = self.run_tool(f"{self.INSTALL}; sys.exit(2)")
        self.assertEqual(ended.code, 2, ended)

    def test_a_command_that_is_killed_fails_as_in_a_shell(self):
        ended = self.run_tool("os.kill(os.getpid(), signal.SIGTERM)")
        self.assertEqual(ended.code, 128 + 15, ended)
