import bottle

import core


@bottle.route("/<name>")
def greet(name):
    return core.greeting(name)


def run():
    bottle.run(host="0.0.0.0", port=8000)
