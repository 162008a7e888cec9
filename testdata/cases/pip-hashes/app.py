import blinker
import click

print(blinker.__name__, click.__name__)
