from importlib.metadata import version

from clock._version import __version__


def main():
    print(version("clock"), __version__)
