"""Tells the time of a city over HTTP."""

from datetime import UTC, datetime, timedelta

import bottle
import yaml
from titlecase import titlecase

CITIES = yaml.safe_load("{tokyo: 9, new york: -5}")


@bottle.get("/<city>")
def answer(city: str) -> dict[str, str]:
    zone = timedelta(hours=CITIES[city])
    midnight = datetime(2026, 1, 1, tzinfo=UTC) + zone
    return {"city": titlecase(city), "new year": f"{midnight:%H:%M}"}


def run() -> None:
    bottle.run(host="0.0.0.0", port=8000, quiet=True)
