from tabulate import tabulate

from tsi._order import ordered


def main():
    print(tabulate([ordered([3, 1, 2])], tablefmt="plain"))
