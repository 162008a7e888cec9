import os
import stat

from support import GID, OWNER, SCRIPTS, UID, ScriptTest

import changes

FILE, FOLDER = stat.S_IFREG | 0o644, stat.S_IFDIR | 0o755

# Changes a file system as a command would, and copies that.
DRIVER = """
import os, sys
import changes
before = changes.snapshot()
def write(path, text):
    with open(path, "w") as file:
        file.write(text)
write("/etc/changed", "new")
write("/opt/kept/new", "new")
write("/var/log/app/app.log", "log")
write("/tmp/scratch", "x")
os.mkdir("/srv/made")
os.chmod("/srv/made", 0o2750)
os.symlink("/etc/changed", "/srv/link")
os.mkfifo("/srv/pipe")
os.chmod("/usr/tool", 0o4755)
os.remove("/etc/gone")
print(*changes.copy_changes(sys.argv[1], before))
"""


class Changes(ScriptTest):
    script = "changes.py"

    def test_what_is_dropped_is_decided_by_path_and_kind(self):
        for path, mode, expected in [
            ("/var/log/nginx", FOLDER, False),
            ("/var/log/nginx/error.log", FILE, True),
            ("/opt/tool-old", FILE, False),
            ("/var/lib/dpkg/status-old", FILE, True),
            ("/etc/passwd-", FILE, True),
            ("/opt/passwd-", FILE, False),
            ("/etc/machine-id", FILE, True),
            ("/var/cache/apt/archives/a.deb", FILE, True),
            ("/var/cache/aptitude", FOLDER, False),
            ("/proc", FOLDER, True),
            ("/process", FOLDER, False),
        ]:
            self.assertIs(changes.is_dropped(path, mode), expected, path)

    def test_what_is_copied_is_decided_by_state(self):
        def state(mode, time=1, owner=0):
            return (7, time, mode, owner, 0)

        for what, known, now, expected in [
            ("new folder", None, state(FOLDER), True),
            ("an entry came", state(FOLDER), state(FOLDER, 2), False),
            ("folder given away", state(FOLDER), state(FOLDER, 2, 33), True),
            ("folder closed", state(FOLDER), state(stat.S_IFDIR | 0o700, 2), True),
            ("same file", state(FILE), state(FILE), False),
            ("written file", state(FILE), state(FILE, 2), True),
            ("file for folder", state(FOLDER), state(FILE), True),
        ]:
            self.assertIs(changes.is_changed(known, now), expected, what)

    def test_changes_are_copied_with_the_folders_that_lead_to_them(self):
        root, out = self.make("root"), self.make("out")
        for name in ["etc/changed", "etc/gone", "etc/same", "opt/kept/old", "usr/tool"]:
            self.write(f"root/{name}", "old")
        for name in ["srv", "tmp", "var/log/app"]:
            self.make("root", name)
        os.chmod(self.path("root/opt/kept"), 0o700)
        os.chown(self.path("root/opt/kept"), UID, GID)
        driver = self.write("driver.py", DRIVER)
        ended = self.run_script(out, root=root, script=driver, env={"PYTHONPATH": SCRIPTS})
        self.check_success(ended, "/etc/gone\n")
        self.assertEqual(
            self.tree("out"),
            [
                "etc/",
                "etc/changed",
                "opt/",
                "opt/kept/",
                "opt/kept/new",
                "srv/",
                "srv/link",
                "srv/made/",
                "usr/",
                "usr/tool",
            ],
        )
        self.assertEqual(self.read("out/etc/changed"), "new")
        self.assertEqual(os.readlink(self.path("out/srv/link")), "/etc/changed")
        self.assertEqual((self.mode("out/opt/kept"), self.owner("out/opt/kept")), ("700", OWNER))
        self.assertEqual(self.mode("out/srv/made"), "2750")
        # The copy keeps the bit for set-user-id, which a change of the owner clears.
        self.assertEqual(self.mode("out/usr/tool"), "4755")
        # Pipes belong to running systems.
        self.assertFalse(os.path.lexists(self.path("out/srv/pipe")))

    def test_extended_attributes_are_copied(self):
        root, out = self.make("root"), self.make("out")
        self.make("root/etc")
        path = self.write("root/etc/changed")
        try:
            os.setxattr(path, "user.kind", b"demo")
            expected = ["user.kind"]
        except OSError:
            # Some file systems have none, so that there is none to copy.
            expected = []
        driver = self.write("driver.py", "import sys, changes\nchanges.copy(sys.argv[1], '/etc/changed')\n")
        self.check_success(self.run_script(out, root=root, script=driver, env={"PYTHONPATH": SCRIPTS}))
        self.assertEqual([name for name in os.listxattr(self.path("out/etc/changed")) if name.startswith("user.")], expected)
