"""Compares the interpreter of the environment on two images: what was installed on one must load on the other.

Usage: check_interpreter.py tell OUT | compare TOLD BUILD RUNTIME

`tell` runs on the build's base and writes to OUT, `compare` reads that on the runtime's base; BUILD and RUNTIME are
the names of the two for the message. Standard library only.
"""

import os
import sys
import sysconfig

NAME = "interpreter"


def facts():
    """What compiled modules depend on. The ABI alone does not tell: that of Python 3.10 on musl says `linux-gnu`."""
    try:
        libc = os.confstr("CS_GNU_LIBC_VERSION") or ""
    except (ValueError, OSError):
        libc = ""
    return f"{sysconfig.get_config_var('SOABI')} with {'glibc' if libc.startswith('glibc') else 'another libc than glibc'}"


def tell(out):
    with open(os.path.join(out, NAME), "w", encoding="utf-8") as text:
        text.write(facts())


def compare(told, build, runtime):
    with open(os.path.join(told, NAME), encoding="utf-8") as text:
        expected = text.read()
    if facts() != expected:
        sys.exit(
            f"Python in {build} is {expected}, in {runtime} it is {facts()}: packages that are installed for one do not load"
            " on the other; take a `runtime-from` of the same distribution as `from`"
        )


if __name__ == "__main__":
    {"tell": tell, "compare": compare}[sys.argv[1]](*sys.argv[2:])
