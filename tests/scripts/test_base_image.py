import os

from support import GID, OWNER, UID, ScriptTest

import base_image

PASSWD = "root:x:0:0:root:/root:/bin/bash\nweb:x:33:34:web:/var/www:/sbin/nologin\n"
GROUP = "root:x:0:\nstaff:x:50:\n"


class BaseImage(ScriptTest):
    script = "base_image.py"

    def base(self):
        self.write("base/etc/passwd", PASSWD)
        self.write("base/etc/group", GROUP)
        return self.path("base")

    def test_tables_are_read_by_row(self):
        self.assertEqual(base_image.table(self.base(), "group"), [["root", "x", "0", ""], ["staff", "x", "50", ""]])

    def test_an_image_without_a_table_has_no_rows(self):
        self.assertEqual(base_image.table(self.make("empty"), "passwd"), [])

    def test_an_owner_is_named_by_ids_or_names(self):
        base = self.base()
        for user, ids in [
            ("1000", (1000, 1000)),
            ("1000:50", (1000, 50)),
            ("web", (33, 34)),
            ("web:staff", (33, 50)),
            ("web:7", (33, 7)),
            ("7:staff", (7, 50)),
        ]:
            self.assertEqual(base_image.owner(base, user), ids, user)

    def test_an_unknown_user_or_group_ends_the_step(self):
        base = self.base()
        advice = 'write numeric ids such as "10001:10001", which get an entry'
        with self.fails_with(f"the base image has no user 'app'; {advice}"):
            base_image.owner(base, "app")
        with self.fails_with(f"the base image has no group 'app'; {advice}"):
            base_image.owner(base, "web:app")

    def test_links_are_followed_inside_the_image(self):
        base = self.make("base/usr/bin")[: -len("/usr/bin")]
        self.link("usr/bin", "base/bin")
        self.link("/srv/data", "base/data")
        self.link("../data/in", "base/usr/up")
        for path, expected in [
            ("/", "/"),
            ("/bin/sh", "/usr/bin/sh"),
            ("/data", "/srv/data"),
            ("/usr/up/x", "/srv/data/in/x"),
            ("/usr/./bin/../lib", "/usr/lib"),
            ("/../../etc", "/etc"),
            ("/not/there", "/not/there"),
        ]:
            self.assertEqual(base_image.real(base, path), expected, path)

    def test_links_in_a_circle_end_the_step(self):
        base = self.make("base")
        self.link("two", "base/one")
        self.link("one", "base/two")
        with self.fails_with("the links on the way to /one/x lead round in a circle in the base image"):
            base_image.real(base, "/one/x")

    def test_as_many_links_as_linux_follows_are_followed(self):
        base = self.make("base")
        for number in range(base_image.MOST_LINKS):
            self.link(f"l{number + 1}", f"base/l{number}")
        self.assertEqual(base_image.real(base, "/l0"), f"/l{base_image.MOST_LINKS}")

    def test_a_folder_is_made_with_the_modes_of_the_base(self):
        base, out = self.base(), self.make("out")
        self.make("base/home/shared", mode=0o1777)
        os.chown(self.path("base/home/shared"), UID, GID)
        self.link("shared", "base/home/link")
        os.umask(0o077)
        self.assertEqual(base_image.add_folder(base, out, "/home/link/new/deep"), "/home/shared/new/deep")
        self.assertEqual(self.tree("out"), ["home/", "home/shared/", "home/shared/new/", "home/shared/new/deep/"])
        self.assertEqual(self.mode("out/home/shared"), "1777")
        self.assertEqual(self.owner("out/home/shared"), OWNER)
        self.assertEqual(self.mode("out/home/shared/new"), "755")
        self.assertEqual(self.mode("out/home/shared/new/deep"), "755")
        # What is there already stays.
        os.chmod(self.path("out/home/shared/new"), 0o700)
        base_image.add_folder(base, out, "/home/shared/new/other")
        self.assertEqual(self.mode("out/home/shared/new"), "700")

    def test_a_file_of_the_base_cannot_become_a_folder(self):
        base, out = self.base(), self.make("out")
        with self.fails_with("/etc/passwd is a file in the base image, and /etc/passwd/x cannot be a folder"):
            base_image.add_folder(base, out, "/etc/passwd/x")
