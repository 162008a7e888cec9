import bottle
import humanize


@bottle.get("/<number:int>")
def answer(number: int) -> dict[str, str]:
    return {"visitors": humanize.intword(number)}


if __name__ == "__main__":
    bottle.run(host="0.0.0.0", port=8000, quiet=True)
