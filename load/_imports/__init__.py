"""What the import system knows: who imports whom, at what cost, from which files, and what changed since."""
