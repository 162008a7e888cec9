from sortedcontainers import SortedList
from tabulate import tabulate


def main():
    print(tabulate([SortedList([3, 1, 2])], tablefmt="plain"))
