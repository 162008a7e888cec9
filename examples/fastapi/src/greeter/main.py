"""The application, and the function that `[project.scripts]` names."""

import os
from importlib.metadata import version

import uvicorn
from fastapi import FastAPI

app = FastAPI(title="greeter")


@app.get("/")
def greet(name: str = "world") -> dict[str, str]:
    return {"message": f"hello, {name}"}


@app.get("/version")
def show_version() -> dict[str, str]:
    return {"version": version("greeter")}


def run() -> None:
    uvicorn.run(app, host="0.0.0.0", port=int(os.environ.get("PORT", "8000")))
