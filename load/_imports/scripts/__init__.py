"""What a script or a notebook needs, read without running it, and the block of metadata that says so."""
