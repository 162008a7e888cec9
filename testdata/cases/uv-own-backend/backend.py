"""A build backend (PEP 517) for this project alone."""

import importlib.util
import os
import zipfile

INFO = "own-1.0.dist-info"
SETUPTOOLS = "with" if importlib.util.find_spec("setuptools") else "without"
FILES = {
    "own.py": f"def main():\n    print('built {SETUPTOOLS} setuptools')\n",
    f"{INFO}/METADATA": "Metadata-Version: 2.1\nName: own\nVersion: 1.0\n",
    f"{INFO}/WHEEL": "Wheel-Version: 1.0\nGenerator: own\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    f"{INFO}/entry_points.txt": "[console_scripts]\nown = own:main\n",
}


def build_wheel(directory, config_settings=None, metadata_directory=None):
    name = "own-1.0-py3-none-any.whl"
    record = f"{INFO}/RECORD"
    listed = "".join(f"{file},,\n" for file in [*FILES, record])
    with zipfile.ZipFile(os.path.join(directory, name), "w") as wheel:
        for file, text in [*FILES.items(), (record, listed)]:
            # Without a time of day.
            wheel.writestr(zipfile.ZipInfo(file), text)
    return name
