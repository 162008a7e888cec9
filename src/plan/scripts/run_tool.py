"""Runs a tool that installs into an environment, and lets only the owner write to what is installed.

Usage: run_tool.py ENVIRONMENT COMMAND...

PDM and Poetry install several packages at the same time, in threads of one process. Their library `installer` learns
the umask by setting it to 0 for a moment: what another thread writes in that moment, everybody may write to. Which
files these are differs from build to build, and so would the layer. Standard library only.
"""

import os
import stat
import subprocess
import sys

OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def restrict(path):
    mode = os.lstat(path).st_mode
    if not stat.S_ISLNK(mode) and mode & OTHERS_WRITE:
        os.chmod(path, stat.S_IMODE(mode) & ~OTHERS_WRITE)


def restrict_below(environment):
    for folder, folders, files in os.walk(environment):
        for name in [*folders, *files]:
            restrict(os.path.join(folder, name))


def main(environment, *command):
    status = subprocess.run(command, check=False).returncode
    restrict_below(environment)
    # Python has the number of a signal as a negative status; shells add it to 128.
    sys.exit(status if status >= 0 else 128 - status)


if __name__ == "__main__":
    main(*sys.argv[1:])
