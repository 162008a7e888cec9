from fastapi import FastAPI
from prices import with_tax

app = FastAPI()


@app.get("/{net}")
def price(net: float) -> dict[str, float]:
    return {"price": with_tax(net)}
