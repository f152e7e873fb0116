"""A wheel writer and the in-tree build backend made of it; copied verbatim into made projects and sdists."""
