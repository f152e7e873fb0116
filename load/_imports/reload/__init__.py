"""Running the sources of loaded modules again, as a transaction: all of it, or nothing."""
