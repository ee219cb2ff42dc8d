"""The shared graph: the current estate as nodes and relationships on a Neo4j server that many write to and many ask."""
