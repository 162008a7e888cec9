"""What a command changes in a file system, and copies of it.

Imported by scripts that run commands on a base image, whose file system is thrown away afterwards. Equal changes give
equal files: indexes, caches, logs and back-up copies stay behind, and so does what is random. Standard library only.
"""

import os
import shutil
import stat

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
    # Of other package managers, the locks and what they remember of when.
    "/lib/apk/db/lock",
    "/usr/lib/apk/db/lock",
    "/var/cache/dnf",
    "/var/cache/libdnf5",
    "/var/cache/yum",
    "/var/lib/dnf/history.sqlite",
    "/var/lib/dnf/history.sqlite-shm",
    "/var/lib/dnf/history.sqlite-wal",
    "/usr/lib/sysimage/libdnf5/transaction_history.sqlite",
    "/usr/lib/sysimage/libdnf5/transaction_history.sqlite-shm",
    "/usr/lib/sysimage/libdnf5/transaction_history.sqlite-wal",
    "/var/lib/rpm/.rpm.lock",
    "/var/lib/rpm/rpmdb.sqlite-shm",
    "/usr/lib/sysimage/rpm/.rpm.lock",
    "/usr/lib/sysimage/rpm/rpmdb.sqlite-shm",
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


def copy_changes(out, before):
    """Copies all that came or changed since a snapshot, and gives the paths of what went."""
    after = snapshot()
    for path in sorted(after):
        if is_changed(before.get(path), after[path]):
            copy(out, path)
    return sorted(path for path in before if path not in after)
