from importlib.metadata import distribution


def main():
    found = distribution("vane")
    print(found.version, [str(file) for file in found.files if "PKG-INFO" in file.name])
