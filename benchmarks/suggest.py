"""Latency of ``suggest`` in one process, with an assistant of 10,000 chunks.

The knowledge base is the articles of the shared sets in five languages; the messages are the bundled
company's inbox and, as a second load, titles of articles as questions.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from benchmarks.common import percentiles, publish, read
from replyassist import Article, Assistant, Message
from replyassist.demo import company_folder, read_inbox

CHUNKS = 10_000


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        articles = knowledge_base()
        company = company_folder()
        start = time.perf_counter()
        assistant = Assistant.build(
            Path(place) / "assistant", articles=articles, resolutions=company / "resolutions.jsonl"
        )
        build_s = time.perf_counter() - start
        inbox = read_inbox()
        questions = [Message(id=f"q{i}", text=article.title) for i, article in enumerate(articles[::20])]
        publish(
            "suggest",
            {
                "articles": len(articles),
                "build_s": round(build_s, 1),
                "inbox": latency(assistant, inbox * 5),
                "titles": latency(assistant, questions),
            },
        )


def knowledge_base() -> list[Article]:
    """Return articles of all five languages until they make some 10,000 chunks."""
    articles = [
        Article(id=f"{language}/{row['id']}", title=row["title"], body=row["body"], language=language, group=row["id"])
        for language in ("nb", "sv", "da", "fi", "en")
        for row in read(f"kb_alchemy.{language}")
    ]
    return articles[:: max(1, len(articles) // CHUNKS)]


def latency(assistant: Assistant, messages: list[Message]) -> dict[str, float]:
    for message in messages[:50]:
        assistant.suggest(message)
    seconds = []
    for message in messages:
        start = time.perf_counter()
        assistant.suggest(message)
        seconds.append(time.perf_counter() - start)
    return {"n": len(seconds), **percentiles(seconds)}


if __name__ == "__main__":
    main()
