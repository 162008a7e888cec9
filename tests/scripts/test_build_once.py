import sys

from support import ScriptTest

import build_once

MINOR = sys.version_info.minor


class BuildOnce(ScriptTest):
    script = "build_once.py"

    def test_wheels_are_for_more_interpreters_by_their_tags(self):
        for tags, expected in [
            ("py3-none-any", True),
            ("py2.py3-none-any", True),
            (f"py3{MINOR}-none-any", True),
            (f"py3{MINOR + 1}-none-any", False),
            ("py2-none-any", False),
            ("cp310-abi3-linux_x86_64", True),
            (f"cp3{MINOR}-abi3-linux_x86_64", True),
            (f"cp3{MINOR + 1}-abi3-linux_x86_64", False),
            (f"cp3{MINOR}-cp3{MINOR}-linux_x86_64", False),
            ("cp310-none-linux_x86_64", False),
            ("pp310-none-any", False),
        ]:
            self.assertIs(build_once.fits(f"demo-1-{tags}.whl"), expected, tags)

    def test_a_wheel_that_fits_is_not_built_again(self):
        self.write("wheels/demo-1-py3-none-any.whl")
        ended = self.run_script(self.path("wheels"), sys.executable, "-c", "print('built')")
        self.check_success(ended, f"demo-1-py3-none-any.whl is for Python 3.{MINOR} too, no other is built\n")

    def test_a_wheel_is_built_where_none_fits(self):
        self.write("wheels/demo-1-cp399-cp399-linux_x86_64.whl")
        self.write("wheels/notes.txt")
        ended = self.run_script(self.path("wheels"), sys.executable, "-c", "import sys; print('built'); sys.exit(4)")
        self.assertEqual((ended.code, ended.out), (4, "built\n"))
