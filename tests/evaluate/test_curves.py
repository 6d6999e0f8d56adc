import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from replyassist.evaluate.curves import coverage_curve, reliability
from replyassist.evaluate.scores import Bin, Point

ROWS = st.lists(st.tuples(st.floats(0, 1) | st.sampled_from([0.1, 0.3, 0.5, 1.0]), st.booleans()), max_size=120)


def arrays(rows):
    return np.array([p for p, _ in rows], dtype=float), np.array([right for _, right in rows], dtype=bool)


def test_bins_by_hand():
    found = reliability(*arrays([(0.91, True), (0.97, False), (1.0, True), (0.25, False), (0.0, False)]))
    assert found == (
        Bin(n=1, probability=0.0, right=0.0),
        Bin(n=1, probability=0.25, right=0.0),
        Bin(n=3, probability=pytest.approx(0.96), right=pytest.approx(2 / 3)),
    )


@given(ROWS)
def test_bins_are_those_of_a_loop(rows):
    inside = {}
    for probability, right in rows:
        inside.setdefault(min(int(probability * 10), 9), []).append((probability, right))
    found = reliability(*arrays(rows))
    assert len(found) == len(inside)
    for one, number in zip(found, sorted(inside), strict=True):
        own = inside[number]
        assert one.n == len(own)
        assert one.probability == pytest.approx(sum(p for p, _ in own) / len(own))
        assert one.right == pytest.approx(sum(right for _, right in own) / len(own))


def test_a_curve_by_hand():
    # From the surest on: right, wrong, right, wrong.
    found = coverage_curve(*arrays([(0.2, False), (0.9, True), (0.5, True), (0.7, False)]))
    shares = [(0.25, 0.0), (0.5, 0.5), (0.75, pytest.approx(1 / 3)), (1.0, 0.5)]
    assert found == tuple(Point(coverage=coverage, error=error) for coverage, error in shares)


@given(ROWS)
def test_every_point_is_the_error_among_the_surest(rows):
    found = coverage_curve(*arrays(rows))
    ranked = sorted(rows, key=lambda row: -row[0])
    for point in found:
        taken = round(point.coverage * len(rows))
        assert point.coverage == pytest.approx(taken / len(rows))
        assert point.error == pytest.approx(sum(not right for _, right in ranked[:taken]) / taken)
    counts = [round(point.coverage * len(rows)) for point in found]
    if len(rows) <= 40:
        assert counts == list(range(1, len(rows) + 1))
    else:
        steps = np.diff(counts)
        assert (len(counts), counts[0], counts[-1]) == (40, 1, len(rows))
        assert 1 <= steps.max() <= steps.min() + 1


def test_nothing_has_no_curves():
    assert reliability(*arrays([])) == coverage_curve(*arrays([])) == ()
