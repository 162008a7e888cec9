import sys
from importlib.metadata import version

import psycopg
from flask import Flask

app = Flask(__name__)
MACHINES = "lathe and mill"


@app.get("/")
def machines():
    return MACHINES


def run():
    if sys.argv[1:] == ["about"]:
        print(version("production-control"), MACHINES, psycopg.pq.__impl__)
        return
    from waitress import serve

    serve(app, listen="*:8000")
