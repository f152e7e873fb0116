"""Profiles and graphs of imports as text, JSON, trace, diagram and page; all of them drawn from plain data."""
