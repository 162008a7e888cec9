from importlib.metadata import distributions


def main():
    print(*sorted(found.name for found in distributions()))
