"""Tells how long ago the last flood was."""

from datetime import timedelta

import bottle
import humanize


@bottle.get("/<hours:int>")
def answer(hours: int) -> dict[str, str]:
    return {"flood": humanize.naturaltime(timedelta(hours=hours))}


def run() -> None:
    bottle.run(host="0.0.0.0", port=8000, quiet=True)
