import sys

import humanize


def run() -> None:
    print(humanize.intcomma(sys.argv[1]))
