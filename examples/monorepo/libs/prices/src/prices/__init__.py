"""What all services know of prices."""

TAX = 0.21


def with_tax(net: float) -> float:
    return round(net * (1 + TAX), 2)
