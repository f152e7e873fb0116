"""What could be done about imports that cost much: which were not needed, and what would go with them."""
