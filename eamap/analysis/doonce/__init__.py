"""Where something should be done once: the method of the four conditions, one idea a module.

``facts`` takes from the estate what the method looks at, ``case`` cuts one capability out of it; ``purchasing``,
``interoperability``, ``expertise`` and ``variation`` are the four conditions; ``objections`` the counter-conditions and
gates; ``level``, ``mode`` and ``weighting`` what follows; ``assess`` puts them together into an ``Assessment``.
"""
