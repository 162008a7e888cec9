import os
import shutil

from support import ScriptTest, class_environment

# Stands in for auditwheel: it says how it is called, and leaves a wheel.
AUDITWHEEL = """
import os, sys
print(*sys.argv[1:4], os.environ["PATH"].split(os.pathsep)[0], flush=True)
if {made!r}:
    open(os.path.join(sys.argv[5], {made!r}), "w").close()
sys.exit({code})
"""
ADVICE = "build it on an older image (`from`), whose C library older systems have too"


class RepairWheels(ScriptTest):
    script = "repair_wheels.py"

    @classmethod
    def setUpClass(cls):
        cls.tools = os.path.join(class_environment(cls), "bin")

    def setUp(self):
        super().setUp()
        self.make("out")
        self.auditwheel()

    def auditwheel(self, made="repaired.whl", code=0):
        # Its own folder comes first on the path.
        self.program(os.path.join(self.tools, "auditwheel"), AUDITWHEEL.format(made=made, code=code))

    def repair(self, *platforms, tag="auto"):
        self.make("from")
        for platform in platforms:
            self.write(f"from/a-1-cp313-cp313-{platform}.whl")
        return self.run_script(self.path("from"), self.path("out"), tag, python=os.path.join(self.tools, "python"))

    def test_wheels_are_repaired_where_they_are_not_tagged_as_asked(self):
        for platform, tag, expected in [
            ("linux_x86_64", "auto", "auto"),
            ("linux_armv7l", "auto", "auto"),
            ("linux_x86_64", "manylinux_2_28", "manylinux_2_28_x86_64"),
            ("manylinux_2_34_x86_64", "manylinux_2_17", "manylinux_2_17_x86_64"),
            ("musllinux_1_2_aarch64", "musllinux_1_1", "musllinux_1_1_aarch64"),
        ]:
            with self.subTest(platform=platform, tag=tag):
                self.auditwheel(f"{platform}-{tag}.whl")
                ended = self.repair(platform, tag=tag)
                self.check_success(ended, f"repair --plat {expected} {self.tools}\n")
                self.assertIn(f"{platform}-{tag}.whl", self.tree("out"))
                self.assertNotIn(f"a-1-cp313-cp313-{platform}.whl", self.tree("out"))
                self.emptied("from")

    def test_wheels_that_fit_are_copied(self):
        for platform, tag in [
            ("any", "auto"),
            ("any", "manylinux_2_28"),
            ("manylinux_2_34_x86_64", "auto"),
            ("manylinux_2_17_x86_64.manylinux2014_x86_64", "manylinux_2_17"),
            ("macosx_11_0_arm64", "manylinux_2_17"),
        ]:
            with self.subTest(platform=platform, tag=tag):
                self.check_success(self.repair(platform, tag=tag), f"a-1-cp313-cp313-{platform}.whl needs no repair\n")
                self.assertEqual(self.tree("out"), [f"a-1-cp313-cp313-{platform}.whl"])
                self.emptied("from")
                self.emptied("out")

    def emptied(self, folder):
        shutil.rmtree(self.path(folder))
        self.make(folder)

    def test_other_files_are_left(self):
        self.write("from/a-1.tar.gz")
        self.check_success(self.repair())
        self.assertEqual(self.tree("out"), [])

    def test_a_wheel_that_cannot_be_repaired_fails(self):
        name = "a-1-cp313-cp313-linux_x86_64.whl"
        for made, code in [("", 1), ("half.whl", 1), ("", 0)]:
            self.auditwheel(made, code)
            self.check_failure(
                self.repair("linux_x86_64"),
                f"auditwheel cannot repair {name}, and says why above; {ADVICE}",
            )
        self.check_failure(
            self.repair("linux_x86_64", tag="manylinux_2_17"),
            f"auditwheel cannot repair {name}, and says why above; {ADVICE}, or leave `platform-tag` out",
        )
