"""A small labelled inbox in five languages, made from openings and requests, for all tests here."""

from itertools import product

from replyassist.classify.train import Example

_OPENINGS = {
    "nb": ("Hei,", "God dag!", "Hei igjen.", "Hallo,", "Kjære kundeservice,", "Heisann,"),
    "sv": ("Hej,", "God dag!", "Hejsan.", "Hallå,", "Kära kundtjänst,", "Tjena,"),
    "da": ("Hej,", "Goddag!", "Hej igen.", "Hallo,", "Kære kundeservice,", "Davs,"),
    "fi": ("Hei,", "Hyvää päivää!", "Moi.", "Terve,", "Hyvä asiakaspalvelu,", "Moikka,"),
    "en": ("Hi,", "Good day!", "Hello again.", "Hello,", "Dear support,", "Hey,"),
}
_REQUESTS = {
    ("delivery_problem", "high"): {
        "nb": "pakken har ikke kommet fram", "sv": "paketet har inte kommit fram",
        "da": "pakken er ikke nået frem", "fi": "paketti ei ole saapunut perille",
        "en": "the parcel has not arrived",
    },
    ("invoice_question", "normal"): {
        "nb": "jeg skjønner ikke fakturaen", "sv": "jag förstår inte fakturan",
        "da": "jeg forstår ikke regningen", "fi": "en ymmärrä laskua",
        "en": "I do not understand the invoice",
    },
    ("hazard", "urgent"): {
        "nb": "det ryker av laderen", "sv": "det ryker från laddaren",
        "da": "det ryger fra opladeren", "fi": "laturista nousee savua",
        "en": "smoke is coming from the charger",
    },
    ("praise", "low"): {
        "nb": "tusen takk for god hjelp", "sv": "tack så mycket för hjälpen",
        "da": "mange tak for god hjælp", "fi": "kiitos paljon avusta",
        "en": "thank you so much for the help",
    },
}  # fmt: skip

EXAMPLES = [
    Example(f"{opening} {requests[language]}", {"intent": intent, "urgency": urgency}, language)
    for ((intent, urgency), requests), language in product(_REQUESTS.items(), _OPENINGS)
    for opening in _OPENINGS[language]
]
