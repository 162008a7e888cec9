import os

from support import OWNER, ScriptTest


class MakeWritable(ScriptTest):
    script = "make_writable.py"

    def test_folders_are_the_users(self):
        base = self.make("base")
        self.make("base/srv", mode=0o711)
        self.link("/srv/data", "base/data")
        out = self.make("out")
        self.check_success(self.run_script(base, out, OWNER, "/data", "/app/a/b", "/app", umask=0o077))
        self.assertEqual(self.tree("out"), ["app/", "app/a/", "app/a/b/", "srv/", "srv/data/"])
        root = f"{os.getuid()}:{os.getgid()}"
        owners = {name: (self.owner("out", name), self.mode("out", name)) for name in self.tree("out")}
        self.assertEqual(
            owners,
            {
                "app/": (OWNER, "755"),
                "app/a/": (root, "755"),
                "app/a/b/": (OWNER, "755"),
                "srv/": (root, "711"),
                "srv/data/": (OWNER, "755"),
            },
        )

    def test_an_unknown_user_fails(self):
        self.check_failure(
            self.run_script(self.make("base"), self.make("out"), "app", "/data"),
            "the base image has no user 'app'; write numeric ids such as \"10001:10001\", which get an entry",
        )
