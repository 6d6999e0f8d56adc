"""A process that tags a file, for the tests to interrupt: SOURCE DESTINATION WORKERS SECONDS_PER_BATCH."""

import sys
from functools import partial

import fake_tagger

from replyassist.batch import tag_file

if __name__ == "__main__":
    source, destination, workers, seconds = sys.argv[1:]
    summary = tag_file(
        source,
        destination,
        tagger_factory=partial(fake_tagger.make_slow, float(seconds)),
        workers=int(workers),
        batch_size=25,
        commit_seconds=0.0,
    )
    sys.stdout.write(summary.to_json() + "\n")
