from blinker import signal

greeted = signal("greeted")


def greeting(name):
    greeted.send(name)
    return f"hello, {name}"
