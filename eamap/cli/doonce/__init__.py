"""The do-once method as commands ask for it: settings, rows, pictures."""
