from importlib.metadata import version

import click


def main():
    click.echo(f"inventory {version('inventory')}")
