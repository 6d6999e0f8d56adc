"""What a rank score is worth when customers ask: calibration on the bundled company's solved tickets.

Each ticket asks for itself, its own record left out. An article is right when it is the one that its intent is
answered by; a past ticket counts as right when it had the same intent, which is generous. Every question is
asked a second time with the right article hidden, at half the weight, so that a third of the evidence is
about questions that nothing answers. Two numbers per pool are fitted; their worth is checked on topics that
took no part in the fit.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from replyassist.assistant import Assistant
from replyassist.demo import company_folder
from replyassist.formats import read_articles, read_resolutions
from replyassist.retrieve.relevance import Calibration, RelevanceModel
from replyassist.text.personal import impersonal
from replyassist.types import Pool

TOPIC_OF = {
    "bug_or_error": "app-pairing",
    "cancel_plan": "subscription-cancel",
    "change_order": "order-change",
    "damaged_or_wrong_item": "damaged-or-wrong-item",
    "delivery_options": "delivery-options",
    "delivery_problem": "late-parcel",
    "hazard": "burning-smell",
    "how_to": "descaling",
    "invoice_question": "payment-invoices",
    "login_problem": "login",
    "move_or_transfer": "subscription-move",
    "order_status": "late-parcel",
    "payment_options": "payment-invoices",
    "privacy_request": "privacy",
    "refund_status": "refund-times",
    "return_item": "returns",
    "start_or_change_plan": "subscription-change",
    "warranty_claim": "warranty-repair",
}
_DEPTH = 3
_HIDDEN_WEIGHT = 0.5
_FREE = 100.0


@dataclass
class Outcomes:
    """Hits of one pool: rank score, whether right, weight, the question's topic, and whether on top."""

    score: list[float] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)
    weight: list[float] = field(default_factory=list)
    topic: list[str] = field(default_factory=list)
    top: list[bool] = field(default_factory=list)


def calibrated(model: RelevanceModel) -> tuple[dict[Pool, Calibration], dict[str, float]]:
    """Return the calibration of each pool, and how it does on topics left out of the fit."""
    outcomes = collect(model)
    calibration: dict[Pool, Calibration] = {}
    metrics: dict[str, float] = {}
    for pool, found in outcomes.items():
        calibration[pool] = _fit(found, np.ones(len(found.right), bool))
        metrics |= {f"{pool}_{name}": value for name, value in _checked(found).items()}
    # A macro is asked for by its title alone and no ticket says which was used: the more careful scale serves.
    calibration["macro"] = calibration["resolution"]
    return calibration, metrics


def collect(model: RelevanceModel) -> dict[Pool, Outcomes]:
    """Ask every ticket of the company with ``model`` and note the outcome."""
    company = company_folder()
    tickets = read_resolutions(company / "resolutions.jsonl").documents
    articles = read_articles(company / "articles").documents
    intent_of = {ticket.id: ticket.intent for ticket in tickets}
    outcomes: dict[Pool, Outcomes] = {"article": Outcomes(), "resolution": Outcomes()}
    with tempfile.TemporaryDirectory() as place:
        assistant = Assistant.build(Path(place) / "a", articles=articles, resolutions=tickets)
        retriever = assistant.retriever
        retriever.relevance = raw = _uncalibrated(model)
        for ticket in tickets:
            topic = TOPIC_OF[ticket.intent or ""]
            hidden = {article.id for article in articles if article.group == topic}
            question = impersonal(ticket.subject, ticket.question)
            for exclude, weight in (({ticket.id}, 1.0), ({ticket.id} | hidden, _HIDDEN_WEIGHT)):
                found = retriever.search(question, k=_DEPTH, language=ticket.language, exclude=exclude)
                for pool in ("article", "resolution") if weight == 1.0 else ("article",):
                    noted = outcomes[pool]
                    for rank, hit in enumerate(found[pool]):
                        same = intent_of.get(hit.source_id) == ticket.intent
                        noted.score.append(_score(raw, hit.relevance))
                        noted.right.append(same if pool == "resolution" else hit.group == topic)
                        noted.weight.append(weight)
                        noted.topic.append(topic)
                        noted.top.append(rank == 0)
    return outcomes


def _uncalibrated(model: RelevanceModel) -> RelevanceModel:
    """Return ``model`` with a calibration that can be undone: probabilities stay away from 0 and 1."""
    gentle = Calibration(scale=0.1, shift=0.0)
    return RelevanceModel(
        features=model.features,
        coefficients=model.coefficients,
        calibration={"article": gentle, "resolution": gentle, "macro": gentle},
        fitted_on=model.fitted_on,
    )


def _score(model: RelevanceModel, probability: float) -> float:
    return float(np.log(probability / (1 - probability))) / model.calibration["article"].scale


def _fit(found: Outcomes, kept: npt.NDArray[np.bool_]) -> Calibration:
    score, right, weight = (np.array(values)[kept] for values in (found.score, found.right, found.weight))
    fitted = LogisticRegression(C=_FREE).fit(score[:, None], right, sample_weight=weight)
    return Calibration(scale=round(float(fitted.coef_[0, 0]), 4), shift=round(float(fitted.intercept_[0]), 4))


def _checked(found: Outcomes) -> dict[str, float]:
    """Return measures of the top hit, each topic judged by a fit without it."""
    topic, score, right = np.array(found.topic), np.array(found.score), np.array(found.right)
    probability = np.zeros(len(score))
    for name in np.unique(topic):
        fitted = _fit(found, topic != name)
        mine = topic == name
        probability[mine] = 1 / (1 + np.exp(-(fitted.scale * score[mine] + fitted.shift)))
    top, whole = np.array(found.top), np.array(found.weight) == 1.0
    shown = top & (probability >= 0.5)
    bins = np.minimum((probability[top] * 10).astype(int), 9)
    gaps = [
        abs(probability[top][bins == b].mean() - right[top][bins == b].mean()) * (bins == b).mean()
        for b in np.unique(bins)
    ]
    measures = {
        "top_calibration_error": float(sum(gaps)),
        "top_right": float(right[top & whole].mean()),
        "shown_at_half": float(shown[top & whole].mean()),
        "right_of_shown": float(right[shown & whole].mean()) if (shown & whole).any() else 0.0,
    }
    if not whole.all():
        measures["shown_without_answer"] = float(shown[top & ~whole].mean())
    return {name: round(value, 4) for name, value in measures.items()}
