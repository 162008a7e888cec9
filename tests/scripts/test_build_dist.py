import io
import sys
import tarfile
import zipfile

from support import ScriptTest

import build_dist


class BuildDist(ScriptTest):
    script = "build_dist.py"

    def build(self, name, made, expected, what="scheme", command=(sys.executable, "-c", "")):
        """Runs the script on a distribution that its command is taken to have built."""
        text = f"Metadata-Version: 2.1\nName: demo\nVersion: {made}\n\nVersion: 9\n".encode()
        folder = self.make("dist")
        if name.endswith(".whl"):
            with zipfile.ZipFile(self.path("dist", name), "w") as wheel:
                wheel.writestr("demo/x.dist-info/METADATA", "Version: 9\n")
                wheel.writestr("demo.dist-info/METADATA", text)
        else:
            with tarfile.open(self.path("dist", name), "w:gz") as sdist:
                for path, content in [("demo/inner/PKG-INFO", b"Version: 9\n"), ("demo/PKG-INFO", text)]:
                    entry = tarfile.TarInfo(path)
                    entry.size = len(content)
                    sdist.addfile(entry, io.BytesIO(content))
        self.write("dist/.gitignore")
        return self.run_script(folder, expected, what, "PLACE", *command)

    def test_versions_are_compared_as_pep_440_does(self):
        for made, expected in [
            ("1.4.0", "1.4"),
            ("0.1.0-dev", "0.1.0.dev0"),
            ("v1.0-ALPHA_1-2", "1a1.post2"),
            ("1!2.0+Local-01", "1!2+local.1"),
            ("1.0c1", "1.0rc1"),
            ("1.0.preview", "1rc0"),
            ("1.0.rev3", "1.post3"),
        ]:
            self.assertEqual(build_dist.normal(made), build_dist.normal(expected), made)
        for one, other in [("1.4.1", "1.4"), ("1!1", "1"), ("1a1", "1b1"), ("1+a", "1"), ("1.post0", "1"), ("1.dev0", "1")]:
            self.assertNotEqual(build_dist.normal(one), build_dist.normal(other), one)

    def test_a_distribution_of_the_expected_version_is_good(self):
        self.check_success(self.build("demo-1.4-py3-none-any.whl", "1.4.0", "1.4"))

    def test_a_source_distribution_of_the_expected_version_is_good(self):
        self.check_success(self.build("demo-1.4.tar.gz", "1.4.0", "1.4"))

    def test_no_expected_version_allows_any(self):
        self.check_success(self.build("demo.whl", "0+unknown", ""))

    def test_another_version_of_a_wheel_fails(self):
        for made in ["0+unknown", "1.4.0.post0", "1.4.0+local", "latest"]:
            self.check_failure(
                self.build("demo.whl", made, "1.4.0"),
                f"demo.whl has the version {made}, expected 1.4.0; see why scheme does not take the version from PLACE",
            )

    def test_another_version_of_a_source_distribution_fails(self):
        self.check_failure(
            self.build("demo.tar.gz", "1.5", "1.4.0", what="sources"),
            "demo.tar.gz has the version 1.5, expected 1.4.0; change the version in the sources, or the build argument PLACE",
        )

    def test_a_build_that_fails_says_why_by_itself(self):
        command = (sys.executable, "-c", "import sys; print('broken', file=sys.stderr); sys.exit(3)")
        self.check_failure(self.build("demo.whl", "2", "1", command=command), "broken", code=3)
