import sys

from tallying._rust import tally


def main():
    print(tally(" ".join(sys.argv[1:])))
