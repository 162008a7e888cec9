import blinker
import click
import greet
import tiny


def main():
    click.echo(f"{greet.word} {tiny.word} {blinker.__name__}")
