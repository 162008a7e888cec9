import blinker
import words

greeted = blinker.signal("greeted")


def greeting(name):
    greeted.send(name)
    return f"hello{words.BETWEEN}{name}"
