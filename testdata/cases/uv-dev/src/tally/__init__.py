import click


def total(numbers):
    return sum(numbers)


@click.command()
@click.argument("numbers", nargs=-1, type=int)
def main(numbers):
    click.echo(total(numbers))
