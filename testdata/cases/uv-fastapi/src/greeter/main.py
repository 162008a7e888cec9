import fastapi
import uvicorn

app = fastapi.FastAPI()


@app.get("/")
def hello(name: str = "world") -> dict[str, str]:
    return {"message": f"hello, {name}"}


def run() -> None:
    uvicorn.run(app, host="0.0.0.0", port=8000)
