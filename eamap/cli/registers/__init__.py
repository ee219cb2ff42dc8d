"""The debt register and evidence packs as answers."""
