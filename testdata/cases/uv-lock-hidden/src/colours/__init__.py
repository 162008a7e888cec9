"""Names colours."""

import sys
from importlib.metadata import version
from pathlib import Path

import click


@click.group()
def main() -> None:
    pass


@main.command()
@click.argument("number", type=int)
def name(number: int) -> None:
    click.echo(["red", "green", "blue"][number])


@main.command()
def about() -> None:
    click.echo(f"colours {version('colours')} in {Path(sys.prefix)}")
