"""What the source of a module says: its import statements, its names, and what it does with them as it runs."""
