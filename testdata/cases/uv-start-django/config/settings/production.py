SECRET_KEY = "for this test alone"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
