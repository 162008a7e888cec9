from .base import *

SECRET_KEY = "for this test alone"
ALLOWED_HOSTS = ["127.0.0.1"]
