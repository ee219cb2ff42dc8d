"""Says what a text means: product, supplier, organisation, capability, standard, lifecycle cycle. Rules, never a guess.

What is not exact is a suggestion for a person, or nothing. Every answer names the rule that gave it. The tables to match
against are handed in (:mod:`eamap.reference` has them), so nothing here reads a file.
"""
