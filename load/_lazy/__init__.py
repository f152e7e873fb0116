"""Handles that stand in for a reference until their first use, and lazy packages (PEP 562)."""
