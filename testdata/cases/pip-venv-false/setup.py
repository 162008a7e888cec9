from pathlib import Path

from setuptools import setup

setup(
    name="inventory",
    version="1.2",
    packages=["inventory"],
    install_requires=[line for line in Path("requirements.txt").read_text().splitlines() if line[:1].isalpha()],
    entry_points={"console_scripts": ["inventory=inventory:main"]},
)
