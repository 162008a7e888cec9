"""The Rust toolchain that an image brings. Standard library only."""

import os
import sys


def programs(rustup_home):
    """The folder with the programs of the only toolchain, or of the default one.

    They are run without rustup, which would download another toolchain where a project pins one.
    """
    toolchains = os.path.join(rustup_home, "toolchains")
    names = sorted(os.listdir(toolchains)) if os.path.isdir(toolchains) else []
    if len(names) > 1:
        with open(os.path.join(rustup_home, "settings.toml"), encoding="utf-8") as settings:
            default = [line.split('"')[1] for line in settings if line.startswith("default_toolchain")]
        names = [name for name in names if name in default]
    if len(names) != 1:
        sys.exit(
            f"the image of the Rust toolchain has no toolchain in {toolchains}; "
            "name one with the layout of the official rust images in [cargo] image"
        )
    return os.path.join(toolchains, names[0], "bin")


def environment(rustup_home):
    """The environment of a command that finds the toolchain."""
    return {**os.environ, "PATH": f"{programs(rustup_home)}:{os.environ.get('PATH', os.defpath)}"}
