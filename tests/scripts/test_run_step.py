import os
import sys

from support import IS_ROOT, OWNER, SCRIPTS, ScriptTest

WRITE = """
import os, sys
os.umask(0o077)
for name in sys.argv[1:]:
    os.makedirs(os.path.dirname(name), exist_ok=True)
    with open(name, "a") as file:
        file.write("more")
"""


class RunStep(ScriptTest):
    script = "run_step.py"

    def setUp(self):
        super().setUp()
        self.make("root")
        self.make("out")

    def run_step(self, command, *options, **how):
        return self.run_script(self.path("out"), "--name=assets", *options, "--", *command, root=self.path("root"), **how)

    def writing(self, *names):
        """A command that writes files of the image, readable by its owner alone."""
        return [sys.executable, "-c", WRITE, *(self.path("root", name) for name in names)]

    def test_what_the_command_changed_is_copied_and_readable(self):
        self.write("root/etc/known", "", mode=0o600)
        self.write("root/etc/same", "")
        self.check_success(self.run_step(self.writing("etc/known", "srv/static/new", "tmp/scratch")))
        self.assertEqual(self.tree("out"), ["etc/", "etc/known", "srv/", "srv/static/", "srv/static/new"])
        # What was there keeps its mode: it may be closed for a reason.
        self.assertEqual((self.read("out/etc/known"), self.mode("out/etc/known")), ("more", "600"))
        # What another user made stays as that user made it.
        modes = ("755", "644") if IS_ROOT else ("700", "600")
        self.assertEqual((self.mode("out/srv/static"), self.mode("out/srv/static/new")), modes)

    def test_removed_files_are_told(self):
        self.write("root/etc/one")
        self.write("root/etc/two")
        command = [sys.executable, "-c", "import os, sys; [os.remove(name) for name in sys.argv[1:]]"]
        self.check_success(
            self.run_step([*command, self.path("root/etc/two"), self.path("root/etc/one")]),
            "the command removed these files, which stay in the layers below:\n  /etc/one\n  /etc/two\n",
        )
        self.assertEqual(self.tree("out"), [])

    def test_inputs_are_seen_and_not_shipped_unless_they_change(self):
        self.write("inputs/app/package.json", "{}", mode=0o600)
        self.write("inputs/app/list", "one ")
        self.link("list", "inputs/app/link")
        self.write("root/app/list", "old")
        check = f"assert open({self.path('root/app/package.json')!r}).read() == '{{}}'\n"
        command = [sys.executable, "-c", check + WRITE, self.path("root/app/list")]
        self.check_success(self.run_step(command, "--inputs", self.path("inputs")))
        self.assertEqual(self.tree("out"), ["app/", "app/list"])
        self.assertEqual(self.read("out/app/list"), "one more")

    def test_inputs_that_the_command_removes_are_not_told(self):
        self.write("inputs/app/input")
        command = [sys.executable, "-c", f"import os; os.remove({self.path('root/app/input')!r})"]
        self.check_success(self.run_step(command, "--inputs", self.path("inputs")))
        self.assertEqual(self.tree("out"), [])

    def test_inputs_cannot_take_the_place_of_something_else(self):
        self.write("inputs/app/config")
        self.make("root/app/config")
        self.check_failure(
            self.run_step(["true"], "--inputs", self.path("inputs")),
            "`inputs` has /app/config, which is something else in the image",
        )
        os.rmdir(self.path("root/app/config"))
        os.rmdir(self.path("root/app"))
        self.write("root/app")
        self.check_failure(
            self.run_step(["true"], "--inputs", self.path("inputs")),
            "`inputs` has /app, which is something else in the image",
        )

    def test_a_command_that_fails_is_told_with_its_name(self):
        command = [sys.executable, "-c", "raise SystemExit(3)"]
        self.check_failure(self.run_step(command), "`assets` ended with 3")
        self.check_failure(self.run_step(command, "--advice", "add Node"), "`assets` ended with 3; add Node")
        self.assertEqual(self.tree("out"), [])

    def test_a_command_that_is_not_there_is_told(self):
        self.check_failure(self.run_step(["/no/such/tool", "x"]), "`/no/such/tool` cannot be run: No such file or directory")

    def test_an_image_without_a_shell_is_told(self):
        # The path of commands is looked up in the real file system, which has a shell.
        driver = self.write(
            "driver.py",
            "import sys, subprocess\n"
            "def run(*arguments, **options):\n"
            "    raise FileNotFoundError(2, 'No such file or directory')\n"
            "subprocess.run = run\n"
            "import run_step\n"
            "run_step.run(['/bin/sh', '-c', 'x'], 'assets', '')\n",
        )
        ended = self.run_script(script=driver, env={"PYTHONPATH": SCRIPTS})
        self.check_failure(
            ended,
            "`/bin/sh` cannot be run: No such file or directory; the image has no shell: write `command` as an array",
        )

    def test_secrets_must_be_given(self):
        self.write("root/run/secrets/npm", "x")
        self.check_success(self.run_step(["true"], "--secret", "npm"))
        self.check_failure(
            self.run_step(["true"], "--secret", "npm", "--secret", "corp"),
            "the secret `corp` is not given, which a command of `[[run]]` reads; add `--secret"
            " id=corp,env=NAME_OF_A_VARIABLE` or `--secret id=corp,src=FILE` to the build",
        )

    def test_what_is_in_writable_folders_is_the_users(self):
        self.link("/srv/data", "root/data")
        ended = self.run_step(self.writing("srv/data/new", "srv/other/new"), "--writable", OWNER, "/data")
        self.check_success(ended)
        root = f"{os.getuid()}:{os.getgid()}"
        self.assertEqual((self.owner("out/srv/data/new"), self.owner("out/srv/other/new")), (OWNER, root))

    def test_a_home_is_set_where_there_is_none(self):
        command = [sys.executable, "-c", "import os; print(os.environ['HOME'])"]
        self.check_success(self.run_step(command, env={"HOME": "/home/app"}), "/home/app\n")
        self.check_success(self.run_step(command, without=["HOME"]), "/root\n")
