"""What goes wrong around an install: hostile wheels and indexes, faults, odd surroundings, many at once."""
