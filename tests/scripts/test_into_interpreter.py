import base64
import csv
import hashlib
import json
import os
import subprocess

from support import SCRIPTS, ScriptTest, distribution

import into_interpreter

ASK_INTERPRETER = """
import sys
sys.path.insert(0, sys.argv[1])
import into_interpreter
print(into_interpreter.own_interpreter())
"""
ASK_PATHS = "import json, sysconfig; print(json.dumps(sysconfig.get_paths()))"


class IntoInterpreter(ScriptTest):
    script = "into_interpreter.py"

    def test_an_environment_is_laid_out_as_if_installed_into_the_interpreter(self):
        self.environment("venv")
        self.make("out")
        self.python = self.path("venv/bin/python")
        site = self.packages(self.path("venv"), self.path("part"))
        inner = os.path.relpath(site, self.path("part"))
        up = os.path.relpath(self.path("part"), site)
        distribution(
            site,
            "wheelwright-demo",
            record=f"demo.py,sha256=x,1\n{up}/bin/demo,sha256=y,2\n{up}/share/demo.txt,sha256=z,3\nwheelwright_demo-1.dist-info/RECORD,,\n",
            files=["demo.py", "_virtualenv.py", "_virtualenv.pth"],
        )
        self.write(f"part/{inner}/__pycache__/_virtualenv.cpython-313.pyc")
        self.write(f"part/{inner}/__pycache__/demo.cpython-313.pyc")
        self.write("part/bin/demo", f"#!{self.path('venv')}/bin/python\nprint()\n", mode=0o755)
        self.write("part/bin/tool", "#!/bin/sh\n", mode=0o755)
        self.write("part/bin/python-argcomplete", "#!/bin/sh\n", mode=0o755)
        self.link("demo", "part/bin/demo-link")
        for name in ["bin/python3.13", "bin/activate.fish", "bin/activate_this.py", "bin/deactivate.bat", "pyvenv.cfg"]:
            self.write(f"part/{name}")
        self.link("lib", "part/lib64")
        self.write("part/share/demo.txt", "data")

        # The interpreter itself, which the environment has a link to.
        base = subprocess.run(
            [self.python, "-c", ASK_INTERPRETER, SCRIPTS], check=True, capture_output=True, text=True
        ).stdout.strip()
        self.assertEqual(os.path.realpath(base), os.path.realpath(self.python))
        self.assertFalse(base.startswith(self.folder), base)
        told = subprocess.run([base, "-I", "-c", ASK_PATHS], check=True, capture_output=True, text=True).stdout
        own = json.loads(told)

        env = {"PATH": own["scripts"] + os.pathsep + os.environ["PATH"]}
        self.check_success(self.run_script(self.path("part"), self.path("out"), python=self.python, env=env))

        def laid(*parts):
            return self.path("out") + os.path.join(*parts)

        purelib, scripts, data = own["purelib"], own["scripts"], own["data"]
        expected = [
            laid(purelib, "demo.py"),
            laid(purelib, "__pycache__/demo.cpython-313.pyc"),
            laid(purelib, "wheelwright_demo-1.dist-info/METADATA"),
            laid(purelib, "wheelwright_demo-1.dist-info/RECORD"),
            laid(scripts, "demo"),
            laid(scripts, "demo-link"),
            laid(scripts, "python-argcomplete"),
            laid(scripts, "tool"),
            laid(data, "share/demo.txt"),
        ]
        found = [self.path("out", path) for path in self.tree("out") if not path.endswith("/")]
        self.assertEqual(found, sorted(expected))
        # Its script starts with the interpreter itself, and the list of its files has the new digest and places.
        script = f"#!{base}\nprint()\n".encode()
        with open(laid(scripts, "demo"), "rb") as file:
            self.assertEqual(file.read(), script)
        self.assertEqual(os.lstat(laid(scripts, "demo")).st_mode & 0o777, 0o755)
        self.assertEqual(os.readlink(laid(scripts, "demo-link")), "demo")
        digest = base64.urlsafe_b64encode(hashlib.sha256(script).digest()).rstrip(b"=").decode()
        with open(laid(purelib, "wheelwright_demo-1.dist-info/RECORD"), encoding="utf-8", newline="") as file:
            self.assertEqual(
                list(csv.reader(file)),
                [
                    ["demo.py", "sha256=x", "1"],
                    [os.path.relpath(os.path.join(scripts, "demo"), purelib), f"sha256={digest}", str(len(script))],
                    [os.path.relpath(os.path.join(data, "share/demo.txt"), purelib), "sha256=z", "3"],
                    ["wheelwright_demo-1.dist-info/RECORD", "", ""],
                ],
            )

    def own(self):
        """Directories of an interpreter in the temporary folder."""
        names = {"purelib": "usr/lib/python/site", "platlib": "usr/lib64/python/site", "scripts": "usr/bin", "data": "usr"}
        own = {name: self.make(path) for name, path in names.items()}
        self.patch(into_interpreter, "own_paths", lambda: own)
        return own

    def below(self):
        return into_interpreter.sysconfig.get_paths(vars={"base": self.path("part"), "platbase": self.path("part")})

    def test_what_the_interpreter_has_already_is_named(self):
        own = self.own()
        distribution(own["purelib"], "Two.Names")
        distribution(own["platlib"], "one")
        distribution(own["purelib"], "other")
        for name in ["two-names", "One", "new"]:
            distribution(self.below()["purelib"], name)
        with self.fails_with(
            "the interpreter has one, two-names already, and a layer cannot take away the files of another: take it out of"
            " the dependencies, choose a `from` without it, or leave `venv` as it is"
        ):
            into_interpreter.main(self.path("part"), self.make("out"))
        self.assertEqual(self.tree("out"), [])

    def test_scripts_must_be_on_the_path(self):
        own = self.own()
        script = os.path.relpath(os.path.join(self.below()["scripts"], "demo"), self.folder)
        self.write(script)
        self.patch(os, "environ", {"PATH": "/usr/sbin:/sbin"})
        with self.fails_with(
            f"the interpreter has its scripts in `{own['scripts']}`, which is not on the `PATH` of the image: add it to"
            " `PATH` in `[tool.wheelwright.env]`, or leave `venv` as it is"
        ):
            into_interpreter.main(self.path("part"), self.make("out"))

    def test_without_scripts_the_path_does_not_matter(self):
        own = self.own()
        distribution(self.below()["purelib"], "new", files=["new.py"])
        self.patch(os, "environ", {})
        into_interpreter.main(self.path("part"), self.make("out"))
        self.assertTrue(os.path.exists(self.path("out") + os.path.join(own["purelib"], "new.py")))
