"""The peer for judging: VADER, in its own environment: English feelings alone. ``python peer_vader.py COUNT``"""

from __future__ import annotations

import json
import sys
import time
from importlib.metadata import version

from said import sayings
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer


def main(count: int) -> dict[str, object]:
    """Seconds of the processor."""
    analyzer = SentimentIntensityAnalyzer()
    texts = [text for _, text in sayings(count)]
    began = time.process_time()
    for text in texts:
        analyzer.polarity_scores(text)
    return {"seconds": time.process_time() - began, "version": version("vaderSentiment")}


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))))
