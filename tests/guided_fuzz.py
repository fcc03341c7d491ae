"""Change files of the corpus, guided by coverage: ``python -m tests.guided_fuzz MINUTES``.

`make fuzz OVER=atheris` installs what it takes. Atheris reaches the checks of structure, which are
in Python, and keeps each file that gets further there than others; libraries in C see those too.
What fails is printed, and left as a file ``crash-…``.
"""

from __future__ import annotations

import importlib
import sys
from tempfile import TemporaryDirectory

MAX_FILE_BYTES = 65_536
MAX_SECONDS = 30
"""Of one file; decoders of the service have less, but this one runs slower."""
MAX_MEGABYTES = 1_500


def main() -> None:
    """Run the command."""
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["lookalike.images", "PIL"]):
        check = importlib.import_module("tests.image_fuzzing").check
        corpus = importlib.import_module("tests.fuzz_corpus").CORPUS
    folders = [str(path) for path in sorted(corpus.iterdir())]
    options = {
        "max_total_time": int(60 * float(sys.argv[1])),
        "max_len": MAX_FILE_BYTES,
        "timeout": MAX_SECONDS,
        "rss_limit_mb": MAX_MEGABYTES,
        "close_fd_mask": 2,  # what libraries in C complain of
    }
    with TemporaryDirectory() as found:
        given = [f"-{name}={value}" for name, value in options.items()]
        atheris.Setup([sys.argv[0], *given, found, *folders], check)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
