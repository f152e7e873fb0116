"""Many random cases: installs killed at random moments, thousands of specs."""
