"""A shared graph on a Neo4j server: many write, many ask, and the answers are those of every other store."""
