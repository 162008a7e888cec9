SECRET_KEY = "only a test"
