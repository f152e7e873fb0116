"""Waiting for files to change, and reloading what did."""
