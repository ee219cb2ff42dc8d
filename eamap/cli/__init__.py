"""The command line: it only connects sources, stores, checks, maps and exporters, and is the only place that catches."""
