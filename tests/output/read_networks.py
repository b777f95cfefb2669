#!/usr/bin/env python3
"""Reads network files with NetworkX and prints what another program sees of them.

    read_networks.py net.gexf net.graphml      exit code 77: NetworkX is not installed here

Both files must hold the same nodes, edges, labels and weights; every attribute of every node and edge must have one type.
"""
import sys

try:
    import networkx
except ImportError:
    print("skipped: NetworkX is not installed")
    sys.exit(77)

READERS = {"gexf": networkx.read_gexf, "graphml": networkx.read_graphml}


def summary(graph):
    nodes = {node: data.get("label") for node, data in graph.nodes(data=True)}
    edges = {tuple(sorted((a, b))): data["weight"] for a, b, data in graph.edges(data=True)}
    return nodes, edges


def main():
    seen = []
    for path in sys.argv[1:]:
        graph = READERS[path.rsplit(".", 1)[1]](path)
        assert not graph.is_directed() and not graph.is_multigraph(), path
        types = {}
        for data in [d for _, d in graph.nodes(data=True)] + [d for _, _, d in graph.edges(data=True)]:
            for name, value in data.items():
                if name != "viz":
                    assert types.setdefault(name, type(value)) is type(value), (path, name, types[name], value)
        seen.append(summary(graph))
        print("%d nodes, %d edges, %s" % (graph.number_of_nodes(), graph.number_of_edges(),
                                          ", ".join("%s %s" % (n, t.__name__) for n, t in sorted(types.items()) if n not in ("id",))))
    assert all(one == seen[0] for one in seen), "the files differ"


main()
