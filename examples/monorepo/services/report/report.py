from tabulate import tabulate

print(tabulate([["apples", 3], ["pears", 5]], headers=["fruit", "kilos"]))
