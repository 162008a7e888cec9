import io
import os
import tarfile

from support import ScriptTest


class UnpackSdist(ScriptTest):
    script = "unpack_sdist.py"

    def sdist(self, *names, name="demo-1.tar.gz"):
        self.make("dist")
        with tarfile.open(self.path("dist", name), "w:gz") as file:
            for inner in names:
                entry = tarfile.TarInfo(inner)
                entry.size, entry.mode = 4, 0o644
                file.addfile(entry, io.BytesIO(b"text"))

    def unpack(self):
        self.make("dist")
        return self.run_script(self.path("dist"), self.make("out"))

    def test_what_is_in_its_folder_is_unpacked(self):
        self.sdist("demo-1/pyproject.toml", "demo-1/demo-1/inner.py", "demo-1/.hidden")
        self.write("dist/.gitignore", "*")
        self.check_success(self.unpack())
        self.assertEqual(self.tree("out"), [".hidden", "demo-1/", "demo-1/inner.py", "pyproject.toml"])
        self.assertEqual(self.read("out/pyproject.toml"), "text")

    def test_one_is_expected(self):
        message = "one source distribution (*.tar.gz) is expected of the build backend, and it made"
        self.check_failure(self.unpack(), f"{message} none")
        self.sdist("a/b", name="a.tar.gz")
        self.sdist("a/b", name="b.tar.gz")
        ended = self.unpack()
        names = [name for name in os.listdir(self.path("dist")) if name.endswith(".tar.gz")]
        self.check_failure(ended, f"{message} {', '.join(names)}")

    def test_one_folder_is_expected(self):
        self.sdist("demo-1/a", "other/b")
        self.check_failure(self.unpack(), "demo-1.tar.gz is expected to have all in one folder, and has demo-1, other")

    def test_an_empty_one_fails(self):
        self.sdist()
        self.check_failure(self.unpack(), "demo-1.tar.gz is expected to have all in one folder, and has nothing")

    def test_nothing_is_written_outside_where_python_can_prevent_it(self):
        self.sdist("demo-1/a", "../outside")
        ended = self.unpack()
        can_prevent = hasattr(tarfile, "data_filter")
        self.assertEqual("OutsideDestinationError" in ended.err, can_prevent, ended.err)
        self.assertEqual(ended.code, int(can_prevent))
        self.assertEqual(os.path.exists(self.path("outside")), not can_prevent)
