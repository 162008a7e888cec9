import tabulate
import yaml

print(tabulate.tabulate(yaml.safe_load("[[soup, 3], [bread, 1]]"), tablefmt="plain"))
