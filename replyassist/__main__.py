"""``python -m replyassist`` is the command line."""

from replyassist.cli import main

main()
