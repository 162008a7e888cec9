from support import ScriptTest


class CollectDists(ScriptTest):
    script = "collect_dists.py"

    def test_each_distribution_is_kept_once(self):
        self.write("one/demo-1-py3-none-any.whl", "same")
        self.write("one/demo-1.tar.gz", "sources")
        self.write("one/.gitignore", "*")
        self.write("two/demo-1-py3-none-any.whl", "same")
        self.write("two/demo-1-cp313-cp313-linux_x86_64.whl", "binary")
        out = self.make("out")
        self.check_success(self.run_script(out, self.path("one"), self.path("two")))
        self.assertEqual(
            self.tree("out"),
            ["demo-1-cp313-cp313-linux_x86_64.whl", "demo-1-py3-none-any.whl", "demo-1.tar.gz"],
        )

    def test_the_first_of_different_ones_is_kept(self):
        self.write("one/demo.whl", "first!")
        self.write("two/demo.whl", "second")
        ended = self.run_script(self.make("out"), self.path("one"), self.path("two"))
        self.check_success(ended, "demo.whl came out twice with other bytes; that of the older Python is kept\n")
        self.assertEqual(self.read("out/demo.whl"), "first!")
