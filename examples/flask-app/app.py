"""A guest book: names are kept in a file, one a line."""

import os
from pathlib import Path

from flask import Flask, redirect, render_template, request

app = Flask(__name__)
guests = Path(os.environ["GUESTBOOK_FILE"])


@app.get("/")
def show():
    names = guests.read_text().splitlines() if guests.exists() else []
    return render_template("guests.html", greeting=os.environ["GUESTBOOK_GREETING"], names=names)


@app.post("/")
def sign():
    with guests.open("a") as book:
        book.write(request.form["name"].strip() + "\n")
    return redirect("/")


@app.get("/healthz")
def healthz():
    return {"ok": True}
