"""What the import system knows: where a name would be found, and which names a script needs."""
