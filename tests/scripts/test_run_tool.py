import os
import stat
import sys

from support import ScriptTest


class RunTool(ScriptTest):
    script = "run_tool.py"

    def run_tool(self, code):
        """Runs the script on an environment with a command that is a Python text; the command sees the environment."""
        environment = self.make("venv")
        text = f"import os, signal, sys; venv = {environment!r}; {code}"
        return self.run_script(environment, sys.executable, "-c", text)

    def mode(self, name):
        return stat.S_IMODE(os.lstat(self.path(name)).st_mode)

    def test_only_the_owner_may_write_to_what_is_installed(self):
        self.write("venv/lib/a.py", mode=0o666)
        self.write("venv/bin/tool", mode=0o777)
        self.write("venv/lib/private.py", mode=0o600)
        self.make("venv/lib/package", mode=0o777)
        os.symlink("a.py", self.path("venv/lib/link"))
        self.check_success(self.run_tool("open(venv + '/lib/b.py', 'w').close(); os.chmod(venv + '/lib/b.py', 0o666)"))
        modes = {name: self.mode(f"venv/{name}") for name in ["lib/a.py", "lib/b.py", "bin/tool", "lib/private.py"]}
        expected = {"lib/a.py": 0o644, "lib/b.py": 0o644, "bin/tool": 0o755, "lib/private.py": 0o600}
        self.assertEqual(modes, expected)
        self.assertEqual(self.mode("venv/lib/package"), 0o755)
        self.assertEqual(os.readlink(self.path("venv/lib/link")), "a.py")

    def test_the_status_of_a_failed_command_is_kept(self):
        self.assertEqual(self.run_tool("sys.exit(3)").code, 3)

    def test_a_command_that_is_killed_fails_as_in_a_shell(self):
        self.assertEqual(self.run_tool("os.kill(os.getpid(), signal.SIGTERM)").code, 128 + 15)
