"""Real installs by uv and pip: every kind of source, locks that the other reads, overlays and their cache."""
