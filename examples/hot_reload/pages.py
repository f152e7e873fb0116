"""What the server answers: edit this while it runs."""

GREETING = "Good morning"


def answer(path: str) -> tuple[int, str]:
    """The status and the text for a path."""
    if path == "/":
        return 200, f"{GREETING}, world!\n"
    return 404, f"There is nothing at {path}.\n"
