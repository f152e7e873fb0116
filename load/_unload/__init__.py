"""Taking modules out again: what goes, what stays and why, and the figures after."""
