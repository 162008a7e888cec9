import os

from support import GID, OWNER, UID, ScriptTest


class LayFiles(ScriptTest):
    script = "lay_files.py"

    def setUp(self):
        super().setUp()
        for name in ["from", "base", "out"]:
            self.make(name)

    def lay(self, *user_and_paths, flags=()):
        arguments = [*flags, self.path("from"), self.path("out"), self.path("base"), *user_and_paths]
        return self.run_script(*arguments, umask=0o077)

    def test_files_go_where_links_of_the_image_lead(self):
        self.make("base/usr/bin")
        self.link("usr/bin", "base/bin")
        self.write("from/bin/tool", mode=0o755)
        self.check_success(self.lay())
        self.assertEqual(self.tree("out"), ["usr/", "usr/bin/", "usr/bin/tool"])
        self.assertFalse(os.path.islink(self.path("out/usr")))

    def test_folders_of_the_image_keep_their_modes_and_others_theirs(self):
        self.make("base/shared", mode=0o1777)
        self.make("from/shared", mode=0o700)
        self.write("from/shared/new/file", "text", mode=0o640)
        os.chmod(self.path("from/shared/new"), 0o2750)
        os.chown(self.path("from/shared/new/file"), UID, GID)
        self.link("file", "from/shared/new/link")
        os.mkfifo(self.path("from/shared/new/pipe"))
        self.check_success(self.lay())
        self.assertEqual(self.tree("out"), ["shared/", "shared/new/", "shared/new/file", "shared/new/link"])
        self.assertEqual(self.mode("out/shared"), "1777")
        self.assertEqual(self.mode("out/shared/new"), "2750")
        self.assertEqual((self.mode("out/shared/new/file"), self.owner("out/shared/new/file")), ("640", OWNER))
        self.assertEqual(os.readlink(self.path("out/shared/new/link")), "file")

    def test_settled_files_are_readable_by_all(self):
        self.write("from/new/file", mode=0o600)
        self.write("from/new/run", mode=0o700)
        os.chmod(self.path("from/new"), 0o700)
        os.chown(self.path("from/new/file"), UID, GID)
        self.check_success(self.lay(flags=["--settle"]))
        self.assertEqual(self.mode("out/new"), "755")
        self.assertEqual((self.mode("out/new/file"), self.mode("out/new/run")), ("644", "755"))
        self.assertEqual(self.owner("out/new/file"), f"{os.getuid()}:{os.getgid()}")

    def test_what_is_in_writable_folders_is_the_users(self):
        self.link("/srv/data", "base/data")
        self.write("from/data/file")
        self.write("from/other/file")
        self.check_success(self.lay(OWNER, "/data", "/none"))
        self.assertEqual(self.tree("out"), ["other/", "other/file", "srv/", "srv/data/", "srv/data/file"])
        self.assertEqual(self.owner("out/srv/data/file"), OWNER)
        self.assertEqual(self.owner("out/other/file"), f"{os.getuid()}:{os.getgid()}")

    def test_a_folder_of_the_image_cannot_become_a_file(self):
        self.make("base/etc/app")
        self.write("from/etc/app")
        self.check_failure(self.lay(), "/etc/app is a folder in the base image, and cannot become a file")

    def test_a_file_of_the_image_cannot_become_a_folder(self):
        self.write("base/etc/app")
        self.write("from/etc/app/settings")
        self.check_failure(self.lay(), "/etc/app is a file in the base image, and /etc/app cannot be a folder")

    def test_a_link_of_the_image_can_become_a_file(self):
        self.make("base/usr/share")
        self.link("usr/share", "base/share")
        self.write("from/share", "text")
        self.check_success(self.lay())
        self.assertEqual(self.read("out/share"), "text")
