"""Tasks, and a broker that needs no server: files in a folder."""

import os

from celery import Celery

QUEUE = os.environ["QUEUE"]

app: Celery = Celery("shop")
app.conf.update(
    broker_url="filesystem://",
    broker_transport_options={
        "data_folder_in": QUEUE,
        "data_folder_out": QUEUE,
        "control_folder": f"{QUEUE}/control",
    },
    result_backend=f"file://{QUEUE}",
)


@app.task
def double(number):
    return 2 * number
