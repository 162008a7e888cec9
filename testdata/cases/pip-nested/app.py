from importlib.metadata import version

print(*(f"{name}=={version(name)}" for name in ("blinker", "click", "itsdangerous", "markupsafe")))
