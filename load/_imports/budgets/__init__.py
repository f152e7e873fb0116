"""Limits for what imports may cost, and what is said where they are not held."""
