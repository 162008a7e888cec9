import os
import socket
import subprocess

import tally


def test_total(numbers):
    assert tally.total(numbers) == 6


def test_what_is_shipped_is_tested():
    assert tally.__file__.startswith("/opt/venv/")
    assert not os.path.exists("src")
    assert subprocess.check_output(["tally", "1", "2"], text=True) == "3\n"


def test_runs_as_the_user_of_the_image():
    assert os.getuid() == os.getgid() == 10001
    assert os.path.expanduser("~") == "/home/app"
    with open("left-behind", "w") as file:
        file.write("x")


def test_a_server_of_its_own_can_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()
