"""Exporters: one module a format, found through the entry point group ``eamap.exporters``.

An exporter is an object with ``name``, ``suffixes``, ``accepts`` ("diagram", "table" or "estate") and
``export(thing, path, options) -> list[Path]``, which says which files it wrote. Pictures are laid out once, as a
:class:`~eamap_exporters.scene.Scene`, and drawn by each format. This package sees only ``eamap.model``,
``eamap.protocols`` and ``eamap.errors``; heavy libraries are imported when a file is written, not before.
"""
