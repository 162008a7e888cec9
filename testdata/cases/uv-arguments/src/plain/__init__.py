import os
from pathlib import Path


def main():
    for folder in ("/app/spool", "/data"):
        Path(folder, "written").write_text("x")
    try:
        Path("/app/written").write_text("x")
    except PermissionError:
        print(os.environ["APP_TIER"], os.environ["APP_PLATFORM"], os.environ["APP_PRICE"])
