from importlib.metadata import version

from sextant._version import get_versions


def main():
    print(version("sextant"), get_versions()["version"])
