"""A terminal in memory: obeys the sequences that the app may write, and fails at any other."""

from __future__ import annotations

import re

from rich.cells import split_graphemes

MODES = {"7", "25", "1000", "1002", "1003", "1004", "1006", "1015", "1016", "1049", "2004", "2026", "2048"}
SEQUENCE = re.compile(
    r"\x1b\[(?P<row>\d+);(?P<column>\d+)H"
    r"|\x1b\[(?P<to>\d+)G"
    r"|\x1b\[(?P<style>[\d;]*)m"
    r"|(?P<erase>\x1b\[K)"
    r"|\x1b\[\?(?P<mode>\d+)(?:[hl]|\$p)"
    r"|(?P<keyboard>\x1b\[(?:>\d+|<)u)"
    r"|(?P<text>[^\x00-\x1f\x7f-\x9f]+)"
)


class Grid:
    """Rows of cells, as wide as the terminal; `styles` are all that were asked for."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns = columns
        self._cells = [[" "] * columns for _ in range(rows)]
        self._row = self._column = 0
        self.styles: set[str] = set()

    def take(self, written: str) -> None:
        """Obey what was written. Raises ValueError for what no code of ours writes."""
        at = 0
        while at < len(written):
            found = SEQUENCE.match(written, at)
            if found is None or (found["mode"] and found["mode"] not in MODES):
                raise ValueError(f"not of our making: {written[at : at + 20]!r}")
            at = found.end()
            if found["row"]:
                self._row, self._column = int(found["row"]) - 1, int(found["column"]) - 1
            elif found["to"]:
                self._column = int(found["to"]) - 1
            elif found["style"] is not None:
                self.styles.add(found["style"])
            elif found["erase"]:
                self._cells[self._row][self._column :] = [" "] * (self.columns - self._column)
            elif found["text"]:
                self._write(found["text"])

    def _write(self, text: str) -> None:
        for begin, end, width in split_graphemes(text)[0]:
            assert self._column + width <= self.columns, f"written past the edge: {text!r}"
            self._cells[self._row][self._column : self._column + width] = [
                text[begin:end],
                *[""] * (width - 1),
            ]
            self._column += width

    def text(self) -> str:
        """Give what is shown, one line a row."""
        return "\n".join("".join(row) for row in self._cells)
