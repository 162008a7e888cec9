from importlib.metadata import distributions

print(*sorted(f"{found.name}=={found.version}" for found in distributions()))
