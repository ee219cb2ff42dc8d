"""Maps: each turns an estate, and what checks found in it, into a diagram that any exporter can write.

A map neither checks nor reads files: verdicts come in as a table, and where there is none it says "not assessed". Every
number it draws carries a ref, so that ``eamap explain`` counts it again. One module a map, registered in the entry-point
group ``eamap.maps``.
"""
