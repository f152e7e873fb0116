"""Tables from files: CSV always, Excel for who has installed `sheets[excel]`."""

import load

__getattr__, __dir__, __all__ = load.attach(
    __name__,
    attributes={
        "text": ["read_csv"],
        "excel": ["read_excel"],
        "load_workbook": "openpyxl:load_workbook",
    },
    extras={"openpyxl": "excel"},  # what the error of a missing one tells people to type
)
