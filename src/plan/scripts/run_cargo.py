"""Runs a command that compiles crates, and looks whether the libraries in a wheel are what they should be.

Usage: run_cargo.py RUSTUP_HOME TARGET LOCK WHEELS KEEP NAME... -- COMMAND...

TARGET is cargo's target folder. Fingerprints of the crates NAME... are deleted from it before COMMAND runs, because they
belong to stubs. LOCK is FROM:TO: the file FROM is copied to TO if TO does not exist. After COMMAND, the wheels in the
folder WHEELS are checked. KEEP is FROM:TO: libraries that COMMAND writes in the folder FROM are copied to TO. LOCK,
WHEELS and KEEP may be empty. Standard library only.
"""

import os
import re
import shutil
import struct
import subprocess
import sys
import zipfile

import toolchain

# The machine in the header of an ELF file, by the name that platform tags have for it.
MACHINES = {"x86_64": 62, "aarch64": 183, "i686": 3, "armv7l": 40, "ppc64le": 21, "s390x": 22, "riscv64": 243}


def forget(target, names):
    """Removes what cargo remembers of crates, so that it compiles them whatever times their sources have."""
    own = re.compile("|".join(map(re.escape, names))) if names else None
    for below, folders, _ in os.walk(target):
        if os.path.basename(below) != ".fingerprint":
            continue
        for folder in folders:
            # Behind the name of the package is a hash.
            name, _, mark = folder.rpartition("-")
            if own and own.fullmatch(name) and re.fullmatch("[0-9a-f]{16}", mark):
                shutil.rmtree(os.path.join(below, folder))
        folders.clear()


def problem(wheel, name, library):
    """What is wrong with a library of a wheel."""
    python, _, platform = wheel[: -len(".whl")].split("-")[-3:]
    machine = struct.unpack_from("<H", library, 18)[0]
    named = [number for tag, number in MACHINES.items() if platform.endswith(f"_{tag}")]
    if named and machine not in named:
        return f"{name} in {wheel} is for another machine than the wheel"
    is_extension = re.search(r"\.(abi3|cpython-[^/]*)\.so$", name)
    if python.startswith("cp") and is_extension and b"PyInit_" not in library:
        return f"{name} in {wheel} has no PyInit function, so Python cannot import it; see whether the crate has a #[pymodule]"
    return None


def check(folder):
    for wheel in sorted(os.listdir(folder)):
        if not wheel.endswith(".whl"):
            continue
        with zipfile.ZipFile(os.path.join(folder, wheel)) as opened:
            for name in opened.namelist():
                library = opened.read(name) if name.endswith(".so") else b""
                found = problem(wheel, name, library) if library[:4] == b"\x7fELF" else None
                if found:
                    sys.exit(found)


def libraries(folder):
    """The libraries in a folder by their paths in it, with what tells that one was written again."""
    found = {}
    for below, _, files in os.walk(folder):
        for name in files:
            if name.endswith(".so"):
                path = os.path.join(below, name)
                status = os.stat(path)
                found[os.path.relpath(path, folder)] = (status.st_mtime_ns, status.st_size, status.st_ino)
    return found


def main(rustup_home, target, lock, wheels, keep, *rest):
    end = rest.index("--")
    names, command = rest[:end], rest[end + 1 :]
    forget(target, names)
    if lock:
        source, to = lock.split(":")
        if not os.path.exists(to):
            shutil.copyfile(source, to)
    source, _, kept = keep.partition(":")
    before = libraries(source) if keep else {}
    status = subprocess.run(command, env=toolchain.environment(rustup_home), check=False).returncode
    if status != 0:
        # Python has the number of a signal as a negative status; shells add it to 128.
        sys.exit(status if status > 0 else 128 - status)
    if wheels:
        check(wheels)
    if keep:
        os.makedirs(kept)
        for path, state in libraries(source).items():
            if before.get(path) != state:
                os.makedirs(os.path.dirname(os.path.join(kept, path)), exist_ok=True)
                shutil.copyfile(os.path.join(source, path), os.path.join(kept, path))


if __name__ == "__main__":
    main(*sys.argv[1:])
