"""What ``adapt`` brings a team: past questions and the answers they got, in English (Bitext, CDLA-Sharing-1.0)."""

from __future__ import annotations

import time
from typing import Any

from benchmarks.common import read
from replyassist.embed import TeamText, fit_team, shipped_encoder
from replyassist.embed.adapt import Pair, adapt

SETS = {"validation": "bitext_replies.train", "test": "bitext_replies.test"}
"""The numbers in :mod:`replyassist.embed.adapt` were chosen on the first."""


def adaptation(split: str) -> dict[str, Any]:
    """Return the proof of adapting to the set as if it were a team's solved tickets."""
    rows = list(read(SETS[split]))
    said = [TeamText(text, "en", from_customers=True) for row in rows for text in (row["text"], row["response"])]
    team = fit_team(shipped_encoder(), said)
    pairs = [Pair(row["text"], row["response"], str(number)) for number, row in enumerate(rows)]
    start = time.perf_counter()
    _, proof = adapt(team.nordic, pairs, fit=team.with_nordic)
    return {
        "pairs trained on": proof.trained_on,
        "pairs held out": proof.held_out,
        "MRR before": round(proof.before, 4),
        "MRR after": round(proof.after, 4),
        "standard error of the gain": round(proof.error, 4),
        "kept": proof.kept,
        "seconds": round(time.perf_counter() - start, 1),
    }
