"""The package managers of base images: apt, apk and dnf.

Each installs packages as an expert would: without what is only recommended, with indexes of today, and with indexes and
archives in a cache that is no part of the image. Standard library only.
"""

import os
import shutil
import subprocess
import sys


def run(*command):
    ended = subprocess.run(command, check=False, stdin=subprocess.DEVNULL)
    if ended.returncode != 0:
        # What is wrong was printed above; a traceback would hide it.
        verb = next(word for word in command[1:] if word in ("update", "install", "makecache", "add"))
        sys.exit(f"{command[0]} {verb} failed")


class Apt:
    """Debian, Ubuntu and what is made from them."""

    command = "apt-get"
    # The image's hook that empties apt's archive after each use: here the archive is worth keeping.
    HOOK = "/etc/apt/apt.conf.d/docker-clean"
    # A download that failed is tried again at once: while one waited for its next try, apt 3.0.3 was seen to warn of it
    # in a loop, until it had filled ten gigabytes of memory and went on to print them.
    RETRIES = ("-o", "Acquire::Retries::Delay=false")

    def prepare(self):
        os.environ["DEBIAN_FRONTEND"] = "noninteractive"
        if os.path.exists(self.HOOK):
            os.remove(self.HOOK)

    def install(self, cache, packages):
        lists, archives = (os.path.join(cache, "apt", name) for name in ("lists", "archives"))
        # apt makes the folders that it finds missing, but for these.
        for folder in (lists, archives):
            os.makedirs(os.path.join(folder, "partial"), exist_ok=True)
        places = ("-o", f"Dir::State::Lists={lists}", "-o", f"Dir::Cache={os.path.dirname(archives)}")
        # Otherwise an index that cannot be had is a warning, and yesterday's is used, which the cache kept. An apt that
        # is too old for the option takes it as it takes any, and warns.
        run("apt-get", "-q", *self.RETRIES, *places, "update", "-o", "APT::Update::Error-Mode=any")
        packages = [self.known(package, places) for package in packages]
        options = (*places, "--yes", "--no-install-recommends", "-o", "APT::Keep-Downloaded-Packages=true")
        run("apt-get", "-q", *self.RETRIES, "install", *options, "--", *packages)
        # What apt would still do: anything means that something asked for is not there.
        simulated = subprocess.run(
            ["apt-get", "-q", "install", *options, "--simulate", "--", *packages],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        missing = [line for line in simulated.splitlines() if line.startswith("Inst ")]
        if missing:
            sys.exit("apt-get ended well, but would still do: " + "; ".join(missing))

    def known(self, package, places):
        """Of `a|b`, which is for libraries that change their names with each release, the first that the index has."""
        names = package.split("|")
        for name in names[:-1]:
            asked = ["apt-cache", *places, "show", name]
            if subprocess.run(asked, check=False, capture_output=True).returncode == 0:
                return name
        return names[-1]


class Apk:
    """Alpine and Wolfi."""

    command = "apk"

    def prepare(self):
        pass

    def install(self, cache, packages):
        folder = os.path.join(cache, "apk")
        os.makedirs(folder, exist_ok=True)
        options = ("--no-progress", "--cache-dir", folder)
        # By itself: `add` only warns of an index that cannot be had, and takes yesterday's.
        run("apk", *options, "update")
        run("apk", *options, "add", "--", *packages)


class Dnf:
    """Fedora, RHEL, and what is made from them; `microdnf` in images that are small."""

    def __init__(self, command):
        self.command = command

    def prepare(self):
        pass

    def install(self, cache, packages):
        folder = os.path.join(cache, "dnf")
        os.makedirs(folder, exist_ok=True)
        settings = {
            "cachedir": folder,
            # Archives are worth keeping, where they are no part of the image.
            "keepcache": "1",
            # Without what is only recommended.
            "install_weak_deps": "0",
            # An index that cannot be had is an error.
            "skip_if_unavailable": "0",
        }
        if shutil.which("dnf5"):
            # That of root has another name there.
            settings["system_cachedir"] = folder
        options = ["-y", *(f"--setopt={name}={value}" for name, value in settings.items())]
        run(self.command, *options, "install", *packages)


# In the order in which they are looked for: `dnf` may be there for another system's packages on Debian, too.
MANAGERS = (Apt(), Apk(), Dnf("dnf"), Dnf("microdnf"))


def find():
    """The package manager of the image."""
    for manager in MANAGERS:
        if shutil.which(manager.command):
            return manager
    names = ", ".join(manager.command for manager in MANAGERS)
    return sys.exit(
        f"the base image has no package manager that is known ({names}): install system packages in an image of your own,"
        " and name that in `from`"
    )
