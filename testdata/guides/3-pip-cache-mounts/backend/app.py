from flask import Flask

app = Flask(__name__)
GREETING = "good morning"


@app.get("/")
def greet():
    return GREETING
