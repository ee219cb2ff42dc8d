"""The questions the server answers itself: which things, what is reached, how two are joined, in parameterised Cypher.

Each question has one constant text a shape, its values being parameters; :mod:`texts` lists them all.
"""
