"""Personal data in messages: find the spans, then mask them.

>>> mask_personal_data("Ring meg på 412 34 567, eller skriv til kari@example.no")
'Ring meg på [PHONE_1], eller skriv til [EMAIL_1]'
"""

from replyassist.text.personal.apply import impersonal, mask_together, strip_placeholders
from replyassist.text.personal.finder import find, mask_personal_data
from replyassist.text.personal.mask import KINDS, Masked, mask, unmask

__all__ = [
    "KINDS",
    "Masked",
    "find",
    "impersonal",
    "mask",
    "mask_personal_data",
    "mask_together",
    "strip_placeholders",
    "unmask",
]
