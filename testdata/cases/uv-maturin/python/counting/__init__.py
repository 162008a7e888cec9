import sys

from counting._native import count


def main():
    print(count(" ".join(sys.argv[1:])))
