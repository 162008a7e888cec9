import sums


def test_total():
    assert sums.total([1, 2]) == 3
