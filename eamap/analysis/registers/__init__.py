"""The registers people must keep: debt, legacy assets, evidence, each row with what it rests on."""
