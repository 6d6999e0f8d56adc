"""Spans and typing noise: turns clean sentences into what customers send."""

from __future__ import annotations

import random
import unicodedata

_FOLDS = (
    {"å": "a", "ä": "a", "ö": "o", "ø": "o", "æ": "a", "é": "e"},
    {"å": "aa", "ä": "ae", "ö": "oe", "ø": "oe", "æ": "ae", "é": "e"},
)
_LENGTHS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 40)
_LENGTH_WEIGHTS = (5, 9, 16, 13, 11, 10, 10, 7, 6, 5, 8)
_NAMES = (
    "iPhone Samsung Galaxy Netflix Spotify PayPal Klarna Vipps Swish MobilePay Visa Mastercard app login router "
    "premium wifi PostNord DHL UPS Bring GLS Posti Telia Telenor update tracking ID sms mail online pro max plus "
    "Windows Android Chrome Safari Apple Google Microsoft Teams Outlook Excel PDF API QR SIM USB Bluetooth TV PC "
    "Kari Ola Anna Lars Mette Pekka Minna Søren Björn Jukka Emma Johan Ingrid Hansen Andersson Virtanen Nielsen "
    "Oslo Bergen Stockholm Malmö København Aarhus Helsinki Tampere London"
)
_MIXED_IN = _NAMES.split()


def noisy_span(text: str, chance: random.Random) -> str:
    """Cut a random run of words out of ``text`` and, now and then, mistype it."""
    words = text.split()
    size = chance.choices(_LENGTHS, _LENGTH_WEIGHTS)[0]
    start = chance.randrange(max(len(words) - size, 0) + 1)
    words = words[start : start + size]
    if chance.random() < 0.08:
        words.insert(chance.randrange(len(words) + 1), chance.choice(_MIXED_IN))
    if chance.random() < 0.10:
        place = chance.randrange(len(words))
        words[place] = _mistype(words[place], chance)
    span = " ".join(words)
    if chance.random() < 0.12:
        span = _fold(span.lower(), chance)
    return span


def _mistype(word: str, chance: random.Random) -> str:
    if len(word) < 4:
        return word
    place = chance.randrange(1, len(word) - 1)
    before, letter, after = word[:place], word[place], word[place + 1 :]
    return chance.choice((before + after, before + letter * 2 + after, before + after[0] + letter + after[1:]))


def _fold(text: str, chance: random.Random) -> str:
    """Write ``text`` as on a keyboard without its letters: å as a or aa, every other accent dropped."""
    table = str.maketrans(chance.choice(_FOLDS))
    folded = unicodedata.normalize("NFD", text.translate(table))
    return "".join(c for c in folded if not unicodedata.combining(c))
