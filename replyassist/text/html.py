"""HTML mail bodies to plain lines, with the quote and signature containers of the mail clients told apart.

Parsing is lexbor's (HTML5, through selectolax), imported only when a text looks like HTML. Lexbor takes
quadratic time on deep nesting and quadratic memory on formatting elements left open, so the number of tags
is bounded and formatting elements are read as ``span``.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any, Literal

from replyassist.text.mail_phrases import words
from replyassist.text.mail_quotes import Kind

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

MAX_HTML_CHARS = 200_000
"""Longer HTML is cut here, after style sheets, scripts, comments and inline images have been removed."""

_MAX_RAW_CHARS = 4_000_000  # looked through for what can be removed
_MAX_TAGS = 8_000  # 8,000 nested elements parse in 0.1 s, 40,000 in 3 s

_TAG_NAME = (
    r"(?:html|head|body|div|p|br|span|table|td|tr|ul|ol|li|a|b|i|u|strong|em|font|img|hr|h[1-6]|pre|blockquote"
    r"|style|meta|center|o:p)"
)
_TAG = re.compile(rf"<!doctype html|<{_TAG_NAME}(?:\s[^<>]{{0,2000}})?/?>|</{_TAG_NAME}\s?>", re.IGNORECASE)
_ENTITY = re.compile(
    r"&(?:nbsp|amp|lt|gt|quot|apos|aring|oslash|aelig|auml|ouml|uuml|eacute|[rl][sd]quo|[nm]dash"
    r"|hellip|#\d{2,6}|#x[0-9a-f]{2,6});",
    re.IGNORECASE,
)
_ESCAPED_TAG = re.compile(r"&lt;/?(?:html|body|div|p|br|span|table|td|a)\b[^<>&]{0,200}/?&gt;", re.IGNORECASE)
_FORMATTING = re.compile(r"<(/?)(?:b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/>])", re.IGNORECASE)
_NOISE_START = re.compile(r"<!--|<style\b|<script\b", re.IGNORECASE)
_NOISE_END = {
    "<!--": re.compile("-->"),
    "<style": re.compile(r"</style\s{0,9}>", re.IGNORECASE),
    "<script": re.compile(r"</script\s{0,9}>", re.IGNORECASE),
}
_DATA_URI = re.compile(r"data:[^\"'\s<>]{200,}")
_LIVE_MARKUP = re.compile(rf"<(?=!doctype|/?{_TAG_NAME}(?:[\s/>]|$))|&(?=#?\w{{1,31}};)", re.IGNORECASE)

_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*hidden|opacity\s*:\s*0(?:\.0+)?\s*(?:;|$|!)"
    r"|(?:font-size|max-height|max-width)\s*:\s*0(?:px|pt|em|%)?\s*(?:;|$|!)",
    re.IGNORECASE,
)
_OUTLOOK_RULE = re.compile(
    r"border(?:-top)?\s*:\s*(?:none\s*;\s*border-top\s*:\s*)?solid\s+#(?:E1E1E1|B5C4DF)"
    r"|border-top\s*:\s*(?:1(?:\.0)?p[tx]\s+)?solid\s+(?:#(?:E1E1E1|B5C4DF)|rgb\((?:225, ?225, ?225"
    r"|181, ?196, ?223)\))",
    re.IGNORECASE,
)
_PLAIN_INDENT = re.compile(r"border\s*:\s*(?:none|0)", re.IGNORECASE)

_SKIPPED = words(
    "head style script title template noscript svg object iframe video audio canvas select textarea map "
    "img meta link area base col"
)
_PARAGRAPHS = words("p h1 h2 h3 h4 h5 h6 ul ol table pre blockquote dl form fieldset")
_BLOCKS = words(
    "div section article header footer main nav aside address center tr li dt dd hr figure figcaption "
    "caption tbody thead tfoot body html button legend details summary"
)
_CELLS = frozenset(("td", "th"))

_QUOTE_CLASSES = words(
    "yahoo_quoted moz-cite-prefix gmail_attr zendesk-quoted zmail_extra protonmail_quote tutanota_quote "
    "freshdesk_quote front-blockquote ms-outlook-mobile-reference-message"
)
_QUOTE_IDS = words("mail-editor-reference-message-container isforwardcontent")
_HISTORY_IDS = words("divrplyfwdmsg appendonsend stopspelling zwchr reply-intro")
_SIGNATURE_CLASSES = words(
    "gmail_signature gmail_signature_prefix moz-signature protonmail_signature_block "
    "ms-outlook-mobile-signature tutanota_signature"
)
_SIGNATURE_IDS = words(
    "signature applemailsignature ms-outlook-mobile-signature ymail_android_signature ymail_ios_signature"
)

_Role = Kind | Literal["hidden", "history", "signature-on"]


def looks_like_html(raw: str) -> bool:
    """Whether ``raw`` is HTML (or plain text that an export left full of HTML entities)."""
    head = _head(raw)
    if "<" in head and _TAG.search(head):
        return True
    return "&" in head and _ENTITY.search(head) is not None


def html_to_text(raw: str) -> str:
    """Return what the writer of an HTML mail newly wrote, as plain text, with lists and tables readable.

    Quote containers of the mail clients, hidden text, style sheets and scripts are cut; links keep their
    text. When nothing is left (a forwarded mail), the quoted text is returned. Read at most
    :data:`MAX_HTML_CHARS` characters and 8,000 tags.
    """
    lines, kinds = html_lines(raw)
    own = [line for line, kind in zip(lines, kinds, strict=True) if kind != "quoted"]
    chosen = own if any(own) else lines
    return re.sub(r"\n{3,}", "\n\n", "\n".join(chosen)).strip("\n")


def html_lines(raw: str) -> tuple[list[str], list[Kind]]:
    """Return the text lines of an HTML body and what each is, by the containers it stands in."""
    from selectolax.lexbor import LexborHTMLParser

    raw = _head(raw)
    if not _TAG.search(raw):
        if not _ESCAPED_TAG.search(raw):
            lines = defuse(html.unescape(raw)).split("\n")
            return lines, ["own"] * len(lines)
        raw = html.unescape(raw)
    parser = LexborHTMLParser(_bounded(raw))
    canvas = _Canvas()
    root = parser.root
    if root is not None:
        _walk(root, canvas)
    return canvas.finish()


def defuse(text: str) -> str:
    """Break what still reads as markup, so that a customer's "&lt;div&gt;" stays text when cleaned again."""
    if "<" in text or "&" in text:
        return _LIVE_MARKUP.sub(lambda found: found[0] + " ", text)
    return text


def _head(raw: str) -> str:
    """Return the part of ``raw`` that is read."""
    if len(raw) <= MAX_HTML_CHARS:
        return raw
    return _DATA_URI.sub("", _without_noise(raw[:_MAX_RAW_CHARS]))[:MAX_HTML_CHARS]


def _bounded(raw: str) -> str:
    """Return ``raw`` with as many tags, and of such kinds, as lexbor parses in bounded time and memory."""
    raw = raw.encode("utf-8", "ignore").decode()
    if raw.count("<") > _MAX_TAGS:
        raw = "<".join(raw.split("<", _MAX_TAGS)[:_MAX_TAGS])
    return _FORMATTING.sub(r"<\1span", raw)


def _without_noise(raw: str) -> str:
    kept: list[str] = []
    position = 0
    while found := _NOISE_START.search(raw, position):
        end = _NOISE_END[found[0].lower()].search(raw, found.end())
        if end is None:
            break
        kept.append(raw[position : found.start()])
        position = end.end()
    kept.append(raw[position:])
    return "".join(kept)


class _Canvas:
    """Collects text into lines, each of one kind."""

    def __init__(self) -> None:
        self.kind: Kind = "own"
        self.preformatted = 0
        self._lines: list[str] = []
        self._kinds: list[Kind] = []
        self._pieces: list[str] = []
        self._cell_pending = False

    def text(self, text: str) -> None:
        if self.preformatted and "\n" in text:
            for part in text.split("\n"):
                self._pieces.append(part)
                self.end_line()
            return
        collapsed = " ".join(text.split())
        if not collapsed:
            if text and self._pieces:
                self._pieces.append(" ")
            return
        if self._cell_pending:
            self._pieces.append(" | ")
            self._cell_pending = False
        lead = " " if text[0].isspace() else ""
        tail = " " if text[-1].isspace() else ""
        self._pieces.append(f"{lead}{collapsed}{tail}")

    def cell(self) -> None:
        """Begin a table cell: separated from text that already stands in its row."""
        self._cell_pending = any(not piece.isspace() for piece in self._pieces)

    def end_line(self) -> None:
        line = re.sub(r" {2,}", " ", "".join(self._pieces)).strip()
        self._pieces.clear()
        self._cell_pending = False
        if line and line not in ("-", "|"):
            self._lines.append(defuse(line))
            self._kinds.append(self.kind)

    def blank(self) -> None:
        self.end_line()
        if self._lines and self._lines[-1]:
            self._lines.append("")
            self._kinds.append(self.kind)

    def line_break(self) -> None:
        if any(not piece.isspace() for piece in self._pieces):
            self.end_line()
        else:
            self.blank()

    def switch(self, kind: Kind) -> None:
        if kind != self.kind:
            self.end_line()
            self.kind = kind

    def finish(self) -> tuple[list[str], list[Kind]]:
        self.end_line()
        return self._lines, self._kinds


class _Walker:
    """State of a walk in document order: open lists, and the kind each open container imposes."""

    def __init__(self, canvas: _Canvas) -> None:
        self.canvas = canvas
        self.base: Kind = "own"
        self.containers: list[tuple[int, Kind]] = []  # depth, and the kind of the text inside
        self.counters: list[int | None] = []

    def enter(self, node: LexborNode, tag: str, depth: int) -> bool:
        """Handle an opening element; return whether to read its children."""
        if tag in _SKIPPED:
            return False
        inside = self._kind()
        role = _role(node, tag, inside)
        if role == "hidden":
            return False
        if role == "history":
            self.base = "quoted"
        elif role == "signature-on" and self.base == "own":
            self.base = "signature"
        elif role in ("quoted", "signature"):
            self.containers.append((depth, "quoted" if "quoted" in (role, inside) else "signature"))
        self._layout(tag)
        self.canvas.switch(self._kind())
        if tag == "li":
            self.canvas.text(self._bullet())
        elif tag in _CELLS:
            self.canvas.cell()
        return True

    def leave(self, tag: str, depth: int) -> None:
        self._layout(tag, closing=True)
        if self.containers and self.containers[-1][0] == depth:
            self.canvas.end_line()
            self.containers.pop()
        self.canvas.switch(self._kind())

    def _kind(self) -> Kind:
        inner: Kind = self.containers[-1][1] if self.containers else "own"
        return inner if self.base == "own" or inner == "quoted" else self.base

    def _layout(self, tag: str, *, closing: bool = False) -> None:
        canvas = self.canvas
        if tag == "br":
            if not closing:
                canvas.line_break()
        elif tag in _PARAGRAPHS:
            # A list directly under its heading or inside a list stays attached to it.
            if tag in ("ul", "ol") and self.counters:
                canvas.end_line()
            else:
                canvas.blank()
            self._count(tag, closing)
        elif tag in _BLOCKS:
            canvas.end_line()

    def _count(self, tag: str, closing: bool) -> None:
        if tag == "pre":
            self.canvas.preformatted += -1 if closing else 1
        elif tag in ("ul", "ol"):
            if closing:
                self.counters.pop()
            else:
                self.counters.append(0 if tag == "ol" else None)

    def _bullet(self) -> str:
        if not self.counters or self.counters[-1] is None:
            return "- "
        self.counters[-1] += 1
        return f"{self.counters[-1]}. "


def _walk(root: LexborNode, canvas: _Canvas) -> None:
    """Visit the tree in document order without recursion: depth is the sender's choice."""
    walker = _Walker(canvas)
    node: Any = root
    depth = 0
    while True:
        descend = False
        if node.is_text_node:
            canvas.text(node.text_content or "")
        elif node.is_element_node:
            descend = walker.enter(node, node.tag or "", depth)
            if descend and node.child is not None:
                node, depth = node.child, depth + 1
                continue
        if descend:
            walker.leave(node.tag or "", depth)
        while node.next is None:
            if depth == 0:
                return
            node, depth = node.parent, depth - 1
            walker.leave(node.tag or "", depth)
        if depth == 0:
            return
        node = node.next


def _role(node: LexborNode, tag: str, inside: Kind) -> _Role | None:
    """Tell what an element's name, id, class and style say about the text in it."""
    if tag == "blockquote":
        return _blockquote_role(node.attributes)
    attributes = node.attributes
    if not attributes:
        return None
    if "hidden" in attributes:
        return "hidden"
    style = attributes.get("style") or ""
    if style and _HIDDEN_STYLE.search(style[:2000]):
        return "hidden"
    classes = frozenset((attributes.get("class") or "").lower().removeprefix("x_").split())
    name = (attributes.get("id") or "").lower().removeprefix("x_")
    if name in _HISTORY_IDS or (tag == "div" and style and _OUTLOOK_RULE.search(style[:2000])):
        return "history"
    if "gmail_quote" in classes or "gmail_quote_container" in classes:
        # Answers between the quotes stand inside the container: only its blockquotes are old then.
        return None if inside != "quoted" and node.css_first("blockquote") is not None else "quoted"
    if classes & _QUOTE_CLASSES or name in _QUOTE_IDS or attributes.get("name") == "quote":
        return "quoted"
    if "js-signaturemarker" in classes:
        return "signature-on"
    if classes & _SIGNATURE_CLASSES or name in _SIGNATURE_IDS:
        return "signature"
    return None


def _blockquote_role(attributes: dict[str, str | None]) -> _Role | None:
    indented = _PLAIN_INDENT.search((attributes.get("style") or "")[:2000]) is not None
    quoting = attributes.get("type") == "cite" or "gmail_quote" in (attributes.get("class") or "")
    return None if indented and not quoting else "quoted"
