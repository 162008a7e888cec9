"""Installs system packages and copies what they changed to a folder of its own.

Usage: install_system.py OUT PACKAGE...

A PACKAGE `a|b` is the first of these that the distribution has.

Runs as root on the base image, whose file system is thrown away afterwards: OUT is laid over the same image. Equal
packages give equal files: indexes, caches, logs and back-up copies stay behind, and so does what is random. Standard
library only.
"""

import os
import shutil
import stat
import subprocess
import sys

# The image's hook that empties apt's archive after each use: here the archive is a cache mount, and worth keeping.
CACHE_HOOK = "/etc/apt/apt.conf.d/docker-clean"

# Not part of the image: other file systems, and what the steps mount.
FOREIGN = ("/dev", "/proc", "/run", "/sys", "/tmp", "/var/tmp", "/mnt", "/root/.cache")

# Not worth an image, or different each time: indexes and archives, the answers to questions that nobody asked, the
# cache of ldconfig, locks, and the host's identity, which each container must get anew.
DROPPED = (
    "/var/lib/apt/lists",
    "/var/cache/apt",
    "/var/cache/debconf",
    "/var/cache/ldconfig",
    "/var/cache/man",
    "/var/lib/dpkg/lock",
    "/var/lib/dpkg/lock-frontend",
    "/var/lib/dpkg/triggers/Lock",
    "/var/lib/dpkg/triggers/Unincorp",
    "/etc/machine-id",
    "/var/lib/dbus/machine-id",
    "/var/lib/systemd/random-seed",
    # What dpkg and the tools for users keep of the version before.
    "/var/lib/dpkg/available-old",
    "/var/lib/dpkg/diversions-old",
    "/var/lib/dpkg/statoverride-old",
    "/var/lib/dpkg/status-old",
    "/etc/passwd-",
    "/etc/group-",
    "/etc/shadow-",
    "/etc/gshadow-",
    "/etc/subuid-",
    "/etc/subgid-",
    # Bind mounts of the engine.
    "/etc/hosts",
    "/etc/resolv.conf",
    "/etc/hostname",
)

# Here files are dropped and folders kept: servers do not start without the folder of their logs.
LOGS = "/var/log/"


def is_dropped(path, mode):
    if path.startswith(LOGS) and not stat.S_ISDIR(mode):
        return True
    return any(path == folder or path.startswith(folder + "/") for folder in FOREIGN + DROPPED)


def snapshot():
    """State of all files by path. Any change of a file, its data or what is known of it, sets its ctime."""
    found = {}
    folders = ["/"]
    while folders:
        folder = folders.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                status = entry.stat(follow_symlinks=False)
                if is_dropped(entry.path, status.st_mode):
                    continue
                found[entry.path] = (status.st_ino, status.st_ctime_ns, status.st_mode, status.st_uid, status.st_gid)
                if stat.S_ISDIR(status.st_mode):
                    folders.append(entry.path)
    return found


def is_changed(known, now):
    """Whether an entry is to be copied. A folder in which only an entry came or went is as the base has it."""
    if known is not None and stat.S_ISDIR(now[2]):
        return known[2:] != now[2:]
    return known != now


# A download that failed is tried again at once: while one waited for its next try, apt 3.0.3 was seen to warn of it in
# a loop, until it had filled ten gigabytes of memory and went on to print them.
RETRIES = ["-o", "Acquire::Retries::Delay=false"]


def apt(*arguments):
    ended = subprocess.run(["apt-get", "-q", *RETRIES, *arguments], check=False, stdin=subprocess.DEVNULL)
    if ended.returncode != 0:
        # What is wrong was printed above; a traceback would hide it.
        sys.exit(f"apt-get {arguments[0]} failed")


def known(package):
    """Of `a|b`, which is for libraries that change their names with each release, the first that the index has."""
    names = package.split("|")
    for name in names[:-1]:
        if subprocess.run(["apt-cache", "show", name], check=False, capture_output=True).returncode == 0:
            return name
    return names[-1]


def install(packages):
    if os.path.exists(CACHE_HOOK):
        os.remove(CACHE_HOOK)
    before = snapshot()
    # Otherwise an index that cannot be had is a warning, and yesterday's is used, which the cache mount kept. An apt
    # that is too old for the option takes it as it takes any, and warns.
    apt("update", "-o", "APT::Update::Error-Mode=any")
    packages = [known(package) for package in packages]
    # Without what is only recommended, as an expert would; archives are kept in the cache mount.
    options = ["--yes", "--no-install-recommends", "-o", "APT::Keep-Downloaded-Packages=true"]
    apt("install", *options, "--", *packages)
    # What apt would still do: anything means that something asked for is not there.
    simulated = subprocess.run(
        ["apt-get", "-q", "install", *options, "--simulate", "--", *packages], check=True, capture_output=True, text=True
    ).stdout
    missing = [line for line in simulated.splitlines() if line.startswith("Inst ")]
    if missing:
        sys.exit("apt-get ended well, but would still do: " + "; ".join(missing))
    return before


def copy_status(source, target, status):
    os.chown(target, status.st_uid, status.st_gid, follow_symlinks=False)
    if not stat.S_ISLNK(status.st_mode):
        # After the owner: a change of that clears the bits for set-user-id.
        os.chmod(target, stat.S_IMODE(status.st_mode))
        for name in os.listxattr(source, follow_symlinks=False):
            os.setxattr(target, name, os.getxattr(source, name, follow_symlinks=False), follow_symlinks=False)


def copy(out, path):
    """Copies one entry, and first the folders that lead to it, each as it is."""
    target = out + path
    if os.path.lexists(target):
        return
    status = os.lstat(path)
    if os.path.dirname(path) != "/":
        copy(out, os.path.dirname(path))
    if stat.S_ISDIR(status.st_mode):
        os.mkdir(target)
    elif stat.S_ISLNK(status.st_mode):
        os.symlink(os.readlink(path), target)
    elif stat.S_ISREG(status.st_mode):
        shutil.copyfile(path, target)
    else:
        # Pipes, sockets and devices belong to running systems.
        return
    copy_status(path, target, status)


def main(out, *packages):
    if shutil.which("apt-get") is None:
        sys.exit("the base image has no apt-get; system packages of other distributions than Debian's are not supported yet")
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    before = install(packages)
    after = snapshot()
    for path in sorted(after):
        if is_changed(before.get(path), after[path]):
            copy(out, path)
    gone = sorted(path for path in before if path not in after)
    if gone:
        print("of the base image, packages replaced these files, which stay:", *gone, sep="\n  ")


if __name__ == "__main__":
    main(*sys.argv[1:])
