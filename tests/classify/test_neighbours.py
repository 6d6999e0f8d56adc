import numpy as np
import pytest

from replyassist.classify.neighbours import Neighbours
from replyassist.errors import ArtifactCorrupt


class Rows:
    """An encoder whose texts are row numbers."""

    def __init__(self, rows):
        self.rows, self.name, self.dim = np.asarray(rows, np.float32), "rows-1", np.shape(rows)[1]

    def encode(self, texts, kind="query"):
        return self.rows[[int(text) for text in texts]]


def kept_of(ids, labels, rows):
    return Neighbours.of(Rows(rows), ids, labels, [str(n) for n in range(len(rows))])


def unit(n, dim=32, seed=0):
    rows = np.random.default_rng(seed).standard_normal((n, dim)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_the_nearest_are_those_of_brute_force(tmp_path):
    vectors, asked = unit(200), unit(20, seed=1)
    labels = [{"intent": f"i{n % 5}"} | ({"urgency": "high"} if n % 3 else {}) for n in range(200)]
    kept = kept_of([f"t{n}" for n in range(200)], labels, vectors)
    kept.save(tmp_path)
    opened = Neighbours.open(tmp_path)
    for vector in asked:
        cosines = vectors @ vector
        best = np.argsort(-cosines)[:3]
        found = opened.nearest(vector, "intent")
        assert found == kept.nearest(vector, "intent")
        assert [one.similarity for one in found] == pytest.approx(cosines[best], abs=0.01)
        assert all(one.label == labels[int(one.id[1:])]["intent"] for one in found)
        assert all(int(one.id[1:]) % 3 for one in opened.nearest(vector, "urgency"))


def test_nothing_alike_nothing_found(tmp_path):
    kept = kept_of(["a"], [{"intent": "x"}], np.array([[1, 0]], np.float32))
    assert kept.nearest(np.array([-1, 0], np.float32), "intent") == ()
    assert kept.nearest(np.array([1, 0], np.float32), "tone") == ()
    assert Neighbours.open(tmp_path) is None


def test_damage_is_told(tmp_path):
    kept_of(["a", "b"], [{}, {}], unit(2)).save(tmp_path)
    header = (tmp_path / "neighbours.json").read_text().replace('"b"', '"b","c"')
    (tmp_path / "neighbours.json").write_text(header)
    with pytest.raises(ArtifactCorrupt, match="differ in length"):
        Neighbours.open(tmp_path)


def test_a_removed_ticket_is_gone():
    rows = unit(5)
    kept = kept_of([f"t{n}" for n in range(5)], [{"intent": "x"}] * 5, rows).without({"t2", "never there"})
    assert "t2" not in {one.id for one in kept.nearest(rows[2], "intent", k=5)}
    assert kept.nearest(rows[3], "intent")[0].id == "t3"
