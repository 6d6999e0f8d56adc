"""Which column holds what: ``--map text=body,id=ticket_id``, and the names that are recognised without it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence

from replyassist.errors import ConfigError, DataError

TAG_COLUMNS = (
    "ra_language",
    "ra_intent",
    "ra_intent_probability",
    "ra_intent_accepted",
    "ra_intent_tier",
    "ra_intent_candidates",
    "ra_intent_reason",
    "ra_intent_2",
    "ra_urgency",
    "ra_urgency_probability",
    "ra_sentiment",
    "ra_escalate",
    "ra_escalation_codes",
    "ra_error",
)
"""The columns that tagging adds, in order."""

MESSAGE_FIELDS = (
    "text", "subject", "id", "language", "channel", "received_at", "due_at",
    "customer_id", "customer_tier", "previous_contacts",
)  # fmt: skip
ARTICLE_FIELDS = (
    "body", "title", "id", "language", "audience", "url", "updated_at", "verified_until", "labels", "group",
)  # fmt: skip
RESOLUTION_FIELDS = (
    "question", "answer", "subject", "id", "language", "intent", "urgency", "csat", "reopened",
    "resolved_at", "audience", "articles",
)  # fmt: skip
MACRO_FIELDS = ("body", "title", "id", "language", "audience", "labels")
LABEL_FIELDS = ("text", "subject", "intent", "urgency", "sentiment", "language", "id")

_TEXT = (
    "text", "message", "body", "content", "description", "question",
    "message text", "message body", "body text", "plain body", "description text", "ticket description",
    "first message", "customer message", "text body",
    "melding", "tekst", "beskrivelse", "innhold", "henvendelse", "spørsmål",
    "meddelande", "beskrivning", "innehåll", "fråga",
    "besked", "indhold", "spørgsmål",
    "viesti", "teksti", "kuvaus", "sisältö", "kysymys",
    "comment", "kommentar", "kommentti",  # last: beside a message, a comment is an agent's
)  # fmt: skip

# Names in order of preference, English first, then nb, sv, da, fi. Help-desk exports: Zendesk
# ("Created at", "Satisfaction Score"), Freshdesk ("Ticket ID", "Created time"), Jira ("Issue key",
# "Summary"), HubSpot ("Ticket name", "Ticket description"), osTicket ("Ticket Number", "Date Created").
_NAMES: dict[str, tuple[str, ...]] = {
    "text": _TEXT,
    "question": ("question", *(name for name in _TEXT if name != "question")),
    "body": (
        "body", "content", "text", "description", "html", "markdown", "answer", "reply", "article body",
        "innhold", "tekst", "innehåll", "indhold", "sisältö", "teksti",
    ),
    "subject": (
        "subject", "summary", "title", "ticket subject", "ticket name", "topic",
        "emne", "tittel", "ämne", "rubrik", "titel", "aihe", "otsikko",
    ),
    "title": (
        "title", "name", "subject", "heading", "preferred phrase", "macro name", "article title",
        "tittel", "overskrift", "titel", "rubrik", "otsikko", "nimi",
    ),
    "id": (
        "id", "ticket id", "issue key", "ticket number", "case number", "message id", "conversation id",
        "article id", "macro id", "key", "number", "issue id", "case id", "ticket no",
        "saksnummer", "sak id", "ärendenummer", "ärende id", "sagsnummer", "sags id", "tikettinumero",
        "tapausnumero", "tunniste",
    ),
    "language": ("language", "lang", "locale", "språk", "sprog", "kieli"),
    "channel": (
        "channel", "via", "source", "origin", "kanal", "kilde", "källa", "kanava", "lähde",
    ),
    "received_at": (
        "received at", "created at", "created", "created time", "create date", "date created", "date",
        "sent at", "timestamp", "opprettet", "mottatt", "dato", "skapad", "mottagen", "datum", "oprettet",
        "modtaget", "luotu", "vastaanotettu", "päivämäärä", "pvm",
    ),
    "due_at": (
        "due at", "due date", "due by time", "frist", "forfallsdato", "förfallodatum", "forfaldsdato",
        "määräaika", "eräpäivä",
    ),
    "customer_id": (
        "customer id", "requester id", "contact id", "user id", "kundenummer", "kunde id", "kundnummer",
        "kund id", "asiakasnumero",
    ),
    "customer_tier": ("customer tier", "tier", "segment", "kundesegment", "kundsegment", "asiakasryhmä"),
    "previous_contacts": ("previous contacts",),
    "intent": ("intent", "label", "category", "ticket type", "kategori", "kategoria"),
    "urgency": (
        "urgency", "priority", "hastegrad", "prioritet", "brådskandegrad", "kiireellisyys", "prioriteetti",
    ),
    "sentiment": ("sentiment", "tone", "stemning", "stämning", "tunnesävy", "sävy"),
    "answer": (
        "answer", "reply", "response", "solution", "resolution", "agent reply", "public reply",
        "svar", "løsning", "lösning", "vastaus", "ratkaisu",
    ),
    "csat": (
        "csat", "satisfaction", "satisfaction score", "survey results", "rating",
        "tilfredshet", "kundetilfredshet", "nöjdhet", "kundnöjdhet", "tilfredshed", "kundetilfredshed",
        "tyytyväisyys", "asiakastyytyväisyys",
    ),
    "reopened": (
        "reopened", "reopens", "reopen count", "gjenåpnet", "återöppnad", "genåbnet", "avattu uudelleen",
    ),
    "resolved_at": (
        "resolved at", "solved at", "resolved time", "resolved", "closed at", "closed time", "close date",
        "løst", "lukket", "löst", "stängd", "ratkaistu", "suljettu",
    ),
    "audience": (
        "audience", "visibility", "målgruppe", "synlighet", "målgrupp", "synlighed", "kohderyhmä", "näkyvyys",
    ),
    "url": ("url", "link", "html url", "lenke", "länk", "linkki"),
    "updated_at": (
        "updated at", "updated", "last modified", "last updated", "last update time", "modified",
        "oppdatert", "uppdaterad", "opdateret", "päivitetty",
    ),
    "verified_until": (
        "verified until", "valid until", "review by", "gyldig til", "giltig till", "gyldigt til", "voimassa",
    ),
    "articles": (
        "articles", "linked articles", "article ids", "knowledge articles", "artikler", "lenkede artikler", "artiklar",
        "länkade artiklar", "tilknyttede artikler", "artikkelit", "linkitetyt artikkelit",
    ),
    "labels": ("labels", "tags", "keywords", "etiketter", "nøkkelord", "nyckelord", "nøgleord", "avainsanat"),
    "group": ("group", "translation group", "translation key", "source id"),
}  # fmt: skip

_BETWEEN_WORDS = re.compile(r"[\s_\-./]+")
_LISTED_COLUMNS = 30


def parse_map(option: str) -> dict[str, str]:
    """Read a column mapping as typed on the command line.

    >>> parse_map("text=body, id=Ticket ID")
    {'text': 'body', 'id': 'Ticket ID'}

    A column name with a comma is quoted: ``"text=Body, full"``.

    Raises:
        ConfigError: not of this form, or an unknown field.
    """
    mapping: dict[str, str] = {}
    for entry in next(csv.reader((option.replace("\n", " "),), skipinitialspace=True), []):
        field, equals, column = entry.partition("=")
        if not equals or not column.strip():
            raise ConfigError("--map takes FIELD=COLUMN pairs, for example --map text=body,id=ticket_id")
        mapping[_known_field(field)] = column.strip()
    return mapping


def as_mapping(mapping: Mapping[str, str] | str | None) -> Mapping[str, str]:
    """Return a mapping given as such, as typed on the command line, or not at all.

    Raises:
        ConfigError: as :func:`parse_map`, or an unknown field.
    """
    if isinstance(mapping, str):
        return parse_map(mapping)
    return {_known_field(field): column for field, column in (mapping or {}).items()}


def _known_field(field: str) -> str:
    name = field.strip().lower()
    if name not in _NAMES:
        raise ConfigError(f"--map: {name!r} is no field; the fields are {', '.join(sorted(_NAMES))}")
    return name


def resolve_columns(
    columns: Sequence[str],
    fields: Iterable[str],
    *,
    required: Iterable[str],
    mapping: Mapping[str, str] | None = None,
    where: str | None = None,
) -> dict[str, str]:
    """Return which column holds which field: as mapped, else by its name. No column serves twice.

    Raises:
        DataError: a mapped column is not there, or a required field has none; the message lists the
            columns and the option to type.
    """
    fields = tuple(fields)
    by_name = {_normal(name): name for name in reversed(columns)}
    chosen = {
        field: _mapped(column, columns, by_name, field, where)
        for field, column in (mapping or {}).items()
        if field in fields
    }
    for field in fields:
        taken = set(chosen.values())
        found = (by_name[name] for name in _NAMES[field] if name in by_name)
        column = next((column for column in found if column not in taken), None)
        if field not in chosen and column is not None:
            chosen[field] = column
    missing = [field for field in required if field not in chosen]
    if missing:
        free = next((name for name in columns if name not in chosen.values()), "COLUMN")
        raise DataError(
            f"no column is recognised as {' and '.join(missing)}. {_listed(columns)}"
            f" Name it: --map {','.join(f'{field}={_shown(free, 0)}' for field in missing)}",
            where=where,
        )
    return chosen


def names_a_text_column(columns: Iterable[str]) -> bool:
    """Tell whether a first line of these cells is a header with a column for the message."""
    return any(_normal(name) in _TEXT for name in columns)


def _normal(name: str) -> str:
    return _BETWEEN_WORDS.sub(" ", name).strip().casefold()


def _mapped(column: str, columns: Sequence[str], by_name: Mapping[str, str], field: str, where: str | None) -> str:
    found = column if column in columns else by_name.get(_normal(column))
    if found is None:
        raise DataError(
            f"there is no column {column!r} for {field}. {_listed(columns)} Change --map {field}=COLUMN",
            where=where,
        )
    return found


def _listed(columns: Sequence[str]) -> str:
    if not columns:
        return "There are no columns."
    names = [_shown(name, position) for position, name in enumerate(columns[:_LISTED_COLUMNS], start=1)]
    more = f" and {len(columns) - _LISTED_COLUMNS} more" if len(columns) > _LISTED_COLUMNS else ""
    return f"Columns found: {', '.join(names)}{more}."


def _shown(name: str, position: int) -> str:
    """Return a column name fit to print: what looks like data (a file without header) is not shown."""
    looks_like_data = len(name) > 40 or name.count(" ") > 5 or "@" in name or len(re.findall(r"\d", name)) > 4
    return (f"column {position}" if position else "COLUMN") if looks_like_data else name
