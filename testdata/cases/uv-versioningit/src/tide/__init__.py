from importlib.metadata import version

from tide._version import __version__


def main():
    print(version("tide"), __version__)
