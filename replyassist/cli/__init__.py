"""The command line: one typer app, one file per group of commands."""

from __future__ import annotations

import os
import sys

from replyassist.errors import ReplyAssistError


def main() -> None:
    """Run the command line. Exit codes: 0 done, 3 some rows were bad, 2 unusable input, 1 our fault."""
    from replyassist.cli.app import app

    try:
        app()
    except ReplyAssistError as error:
        _fail(str(error), error.exit_code)
    except KeyboardInterrupt:
        _fail("interrupted; everything committed so far is intact", 130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:
        if os.environ.get("REPLYASSIST_DEBUG"):
            raise
        # The text of an unforeseen error may quote a customer; its type and place may not.
        what = f"unexpected {type(error).__name__} {_place(error)}"
        _fail(f"{what}; REPLYASSIST_DEBUG=1 shows the traceback", 1)


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "at an unknown place"
    return f"in {os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}"


def _fail(message: str, code: int) -> None:
    sys.stderr.write(f"replyassist: {message}\n")
    sys.exit(code)
