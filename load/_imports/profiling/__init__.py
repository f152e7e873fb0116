"""What imports cost in time and memory, seen as they happen or read from what Python writes."""
