from fastapi import FastAPI

api = FastAPI(title="Numbers")


@api.get("/square/{number}")
def square(number: int) -> int:
    return number * number
