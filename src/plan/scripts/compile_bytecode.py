"""Compiles the modules below a folder, always in the same groups and the same order.

Usage: compile_bytecode.py ROOT

Tools that compile many modules in a few processes hand them out as these become free, and the bytecode of some modules
differs from run to run: with uv 0.13 and CPython 3.13, a frozenset that several functions of scikit-learn's
`_column_transformer.py` use was written once or several times, in 2 of 9 builds otherwise than in the others. Why is
not known; that it depends on what the process did before is a guess that the cure bears out. Here a group of
modules that depends on their names alone has a process of its own, and all are forked from the same state. (A process
for each module was tried too: it takes twice as long.)

A module that does not compile (a template, code for another Python) has no bytecode, as with other tools. Runs with the
environment's own interpreter; standard library only.
"""

import os
import py_compile
import sys
import warnings

# Checked by nothing (PEP 552): files do not change in an image, and their times are one constant.
MODE = py_compile.PycInvalidationMode.UNCHECKED_HASH

# Modules compiled in one process: enough that starting it costs little, few enough that all processors have work.
GROUP = 50


def modules(root):
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name != "__pycache__"]
        yield from (os.path.join(folder, name) for name in files if name.endswith(".py"))


def forked(work, *arguments):
    """The process that does the work; it ends with 0 when all went well."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        work(*arguments)
        status = 0
    except OSError as error:
        print(f"cannot compile: {error}", file=sys.stderr, flush=True)
    finally:
        # Nothing of the parent's is run or written here.
        os._exit(status)


def ended_well(child):
    return os.waitpid(child, 0)[1] == 0


def compile_group(paths):
    for path in paths:
        try:
            py_compile.compile(path, doraise=True, invalidation_mode=MODE)
        except py_compile.PyCompileError:
            pass


def compile_each(groups):
    for group in groups:
        if not ended_well(forked(compile_group, group)):
            raise OSError(f"the compiler ended badly between {group[0]} and {group[-1]}")


def compile_below(root):
    # What a module does that is odd is told where it is run.
    warnings.simplefilter("ignore")
    paths = sorted(modules(root))
    groups = [paths[first : first + GROUP] for first in range(0, len(paths), GROUP)]
    # The processors decide when a group is compiled, and nothing of how.
    workers = os.cpu_count() or 1
    children = [forked(compile_each, groups[first::workers]) for first in range(workers)]
    if not all([ended_well(child) for child in children]):
        sys.exit(f"the modules in {root} cannot all be compiled")


if __name__ == "__main__":
    compile_below(sys.argv[1])
