"""The tables of docs/dates.md."""

from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "dates.md"


def rows_under(*header: str) -> list[tuple[str, ...]]:
    """The rows of every table with this header, without the marks around what is typed."""
    rows: list[tuple[str, ...]] = []
    is_in_it = False
    for line in PAGE.read_text().splitlines():
        cells = tuple(cell.strip() for cell in line.strip("|").split("|")) if line.startswith("|") else ()
        if cells == header:
            is_in_it = True
        elif not cells:
            is_in_it = False
        elif is_in_it and not cells[0].startswith("---"):
            assert len(cells) == len(header), line
            rows.append((cells[0].removeprefix("`").removesuffix("`"), *cells[1:]))
    return rows
