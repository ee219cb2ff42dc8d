"""The vocabulary of eamap: what an estate is made of. No input or output happens here."""
