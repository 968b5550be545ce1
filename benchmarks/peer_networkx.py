"""The peer for influence: PageRank of networkx, in its own environment. ``python peer_networkx.py EDGES.npy``

It ranks the same interactions, amplifier to author, from a graph that it first builds: networkx keeps none.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections import Counter

import networkx as nx
import numpy as np


def main(path: str) -> dict[str, float | str]:
    """Seconds of building the graph and ranking it, and the most memory that the process held."""
    pairs = np.load(path).tolist()
    started = time.perf_counter()
    graph = nx.DiGraph()
    graph.add_weighted_edges_from((actor, target, count) for (actor, target), count in Counter(map(tuple, pairs)).items())
    nx.pagerank(graph)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "peak_mb": peak, "version": nx.__version__}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
