"""How the shipped encoder was trained, chosen on the validation parts; the model's card says what was tried."""

from __future__ import annotations

from training.nordic.train import Plan

SHARES = {
    "documentation": 2.0,
    "alchemy": 0.6,
    "conversation": 4.0,
    "interface": 0.3,
    "title-body": 1.2,
    "title-rest": 0.5,
    "body-rest": 0.5,
    "message-article": 3.0,
    "message-title": 1.5,
    "message-message": 1.0,
    "question-reply": 0.6,
    "heading-article": 0.3,
    "articles": 0.3,
    "asked": 2.5,
    "answers": 1.0,
    "asked-answer": 3.0,
    "asked-title": 1.5,
}
"""How often a batch comes from each source, before the teacher's share."""

LONGEST = {
    "message-article": 200,
    "question-reply": 200,
    "heading-article": 200,
    "articles": 150,
    "message-message": 150,
    "message-title": 150,
    "title-body": 100,
    "title-rest": 100,
    "body-rest": 100,
}

WITH_ASIDES = (
    *("message-article", "message-title", "message-message", "question-reply"),
    *("asked", "asked-answer", "asked-title"),
)

PLAN = Plan(steps=4000, shares=SHARES, longest=LONGEST, with_asides=WITH_ASIDES)
SMOKE_PLAN = Plan(steps=40, batch=256, shares=SHARES, longest=LONGEST, with_asides=WITH_ASIDES, teacher_share=0.0)
