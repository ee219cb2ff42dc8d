"""The commands, one module each: an object ``command``, and a first docstring line that is its help in the list."""
