import shutil

import psycopg


def main():
    print(psycopg.pq.__impl__, psycopg.pq.version() > 150000, shutil.which("hello"))
