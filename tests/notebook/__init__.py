"""What takes a real Jupyter, IPython at a terminal, or the prompt of a newer Python: a session of its own."""
