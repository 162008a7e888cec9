import os

from support import GID, OWNER, UID, ScriptTest

PASSWD = "root:x:0:0:root:/root:/bin/bash\nweb:x:7:8::/var/www:/sbin/nologin\n"
GROUP = "root:x:0:\nwww:x:8:\n"


class PrepareRoot(ScriptTest):
    script = "prepare_root.py"

    def setUp(self):
        super().setUp()
        self.write("base/etc/passwd", PASSWD)
        self.write("base/etc/group", GROUP)
        self.make("out")

    def prepare(self, *arguments, workdir="/app", venv="/opt/venv"):
        return self.run_script(self.path("base"), self.path("out"), workdir, venv, *arguments, umask=0o077)

    def test_folders_are_made(self):
        self.make("base/opt", mode=0o711)
        self.check_success(self.prepare())
        self.assertEqual(self.tree("out"), ["app/", "opt/"])
        self.assertEqual((self.mode("out/app"), self.mode("out/opt")), ("755", "711"))

    def test_an_environment_at_the_root_needs_no_folder(self):
        self.check_success(self.prepare(venv="/venv"))
        self.assertEqual(self.tree("out"), ["app/"])

    def test_links_on_the_way_fail(self):
        self.link("/srv", "base/app")
        for key, options in [("workdir", {}), ("venv", {"workdir": "/srv", "venv": "/app/venv"})]:
            path, real = ("/app", "/srv") if key == "workdir" else ("/app/venv", "/srv/venv")
            self.check_failure(
                self.prepare(**options),
                f"the base image has links on the way to `{key}`: write '{real}' instead of '{path}'",
            )

    def test_a_user_is_added_with_a_group_and_a_home(self):
        self.check_success(self.prepare("add", "app", str(UID), str(GID)))
        self.assertEqual(self.read("out/etc/passwd"), f"{PASSWD}app:x:{UID}:{GID}::/home/app:/sbin/nologin\n")
        self.assertEqual(self.read("out/etc/group"), f"{GROUP}app:x:{GID}:\n")
        self.assertEqual((self.mode("out/home/app"), self.owner("out/home/app")), ("750", OWNER))
        self.assertEqual((self.mode("out/home"), self.mode("out/etc/passwd")), ("755", "644"))

    def test_an_image_without_tables_gets_them(self):
        os.remove(self.path("base/etc/passwd"))
        os.remove(self.path("base/etc/group"))
        self.check_success(self.prepare("add", "app", str(UID), str(GID)))
        self.assertEqual(self.read("out/etc/passwd"), f"app:x:{UID}:{GID}::/home/app:/sbin/nologin\n")
        self.assertEqual(self.read("out/etc/group"), f"app:x:{GID}:\n")

    def test_ids_that_have_a_name_keep_it(self):
        self.check_success(self.prepare("add", "app", "7", "8"))
        self.assertEqual(self.tree("out"), ["app/", "opt/"])

    def test_a_name_that_is_taken_gets_the_ids(self):
        self.write("base/etc/passwd", PASSWD + "app:x:1:1::/:/bin/sh\n")
        self.write("base/etc/group", GROUP + "app:x:1:\n")
        self.check_success(self.prepare("add", "app", str(UID), str(GID)))
        self.assertIn(f"\napp{UID}:x:{UID}:{GID}::/home/app{UID}:/sbin/nologin\n", self.read("out/etc/passwd"))
        self.assertIn(f"\napp{GID}:x:{GID}:\n", self.read("out/etc/group"))

    def test_a_user_who_works_in_containers_has_a_shell(self):
        for shells, expected in [(["bin/sh"], "/bin/sh"), (["bin/sh", "bin/bash"], "/bin/bash"), ([], "/sbin/nologin")]:
            with self.subTest(shells=shells):
                base = f"base-{len(shells)}"
                for shell in shells:
                    self.write(f"{base}/{shell}")
                out = self.make(f"out-{len(shells)}")
                ended = self.run_script(self.make(base), out, "/app", "/venv", "login", "dev", str(UID), str(GID))
                self.check_success(ended)
                self.assertEqual(self.read(out, "etc/passwd"), f"dev:x:{UID}:{GID}::/home/dev:{expected}\n")

    def test_a_user_of_the_same_name_and_other_ids_fails(self):
        self.check_failure(
            self.prepare("own", "web", "10", "11"),
            "the base image has a user 'web' of its own, 7:8, where ours is 10:11; write the ids that are meant, `user ="
            ' "7:8"` or `user = "10:11"`',
        )
        self.check_success(self.prepare("own", "web", "7", "8"))

    def test_a_user_by_name_is_added(self):
        self.check_success(self.prepare("own", "app", str(UID), str(GID)))
        self.assertIn(f"\napp:x:{UID}:{GID}:", self.read("out/etc/passwd"))

    def test_a_user_must_be_found(self):
        self.check_success(self.prepare("find", "web:www"))
        advice = 'write numeric ids such as "10001:10001", which get an entry'
        self.check_failure(self.prepare("find", "nobody"), f"the base image has no user 'nobody'; {advice}")
        self.check_failure(self.prepare("find", "web:staff"), f"the base image has no group 'staff'; {advice}")
