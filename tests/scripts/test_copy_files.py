import os

from support import OWNER, ScriptTest

import copy_files


class CopyFiles(ScriptTest):
    script = "copy_files.py"

    def project(self):
        self.write("from/app/main.py", "print()", mode=0o600)
        self.write("from/bin/run", "#!/bin/sh", mode=0o710)
        self.write("from/data/seed.csv", "1,2", mode=0o666)
        self.link("../app/main.py", "from/data/link")
        self.link("app", "from/alias")
        os.chmod(self.path("from/app"), 0o700)
        return self.path("from")

    def test_modes_do_not_depend_on_the_developer(self):
        out = self.make("out")
        self.check_success(self.run_script(self.project(), out, "/app", umask=0o077))
        self.assertEqual(
            self.tree("out"),
            ["alias/", "app/", "app/main.py", "bin/", "bin/run", "data/", "data/link", "data/seed.csv"],
        )
        modes = {name: self.mode("out", name) for name in ["app", "app/main.py", "bin/run", "data/seed.csv"]}
        self.assertEqual(
            modes,
            {"app": "755", "app/main.py": "644", "bin/run": "755", "data/seed.csv": "644"},
        )
        self.assertEqual(os.readlink(self.path("out/data/link")), "../app/main.py")
        self.assertEqual(os.readlink(self.path("out/alias")), "app")
        self.assertEqual(self.read("out/app/main.py"), "print()")

    def test_what_is_in_writable_folders_is_the_users(self):
        base, out = self.make("base"), self.make("out")
        self.link("/app/data", "base/var-data")
        # One by its own path, one through a link of the base, one that has no files, one elsewhere.
        paths = ["/app/bin", "/var-data", "/app/none", "/srv"]
        self.check_success(self.run_script(self.project(), out, "/app", base, OWNER, *paths))
        for name in ["bin/run", "data/seed.csv", "data/link"]:
            self.assertEqual(self.owner("out", name), OWNER, name)
        for name in ["app/main.py", "bin", "data"]:
            self.assertEqual(self.owner("out", name), f"{os.getuid()}:{os.getgid()}", name)

    def test_a_file_is_no_writable_folder(self):
        base, out = self.make("base"), self.make("out")
        self.check_failure(
            self.run_script(self.project(), out, "/app", base, OWNER, "/app/data/seed.csv"),
            "/app/data/seed.csv is a file of the project, and `writable` lists folders",
        )

    def test_places_are_found_by_whole_names(self):
        for at, path, expected in [
            ("/app", "/app", ""),
            ("/app/", "/", ""),
            ("/app", "/app/data/", "data"),
            ("/app", "/application", None),
            ("/srv/app", "/srv", ""),
            ("/srv/app", "/var", None),
        ]:
            self.assertEqual(copy_files.inside(at, path), expected, (at, path))
