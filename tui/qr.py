"""A link as a QR code: a phone's camera takes it over, with no clipboard, no cloud and no cable."""

from __future__ import annotations

from itertools import zip_longest

from pipeline.errors import InputError

QUIET = 2
"""Modules of margin around the code; the standard asks for 4, cameras are content with 2."""

_HALVES = {(True, True): " ", (True, False): "▄", (False, True): "▀", (False, False): "█"}
"""(upper is dark, lower is dark) → how one cell shows both."""


def qr_lines(link: str, ascii: bool = False) -> list[str]:  # noqa: A002, FBT001, FBT002 - what callers read best
    """Draw a link's code with the light modules inked, two rows of modules a line; in ASCII one row.

    The lines want to be white on black (the style "qr"); most cameras read the opposite as well. Raises
    InputError for a link that no code has room for: about 2,900 letters.
    """
    import segno  # noqa: PLC0415 - only where a code is shown
    from segno.encoder import DataOverflowError  # noqa: PLC0415

    try:
        code = segno.make_qr(link, error="l", boost_error=False)
    except DataOverflowError as error:
        raise InputError("too long for a QR code; copy it, or show it as plain text") from error
    rows = [[bool(dark) for dark in row] for row in code.matrix_iter(border=QUIET)]
    if ascii:
        return ["".join("  " if dark else "##" for dark in row) for row in rows]
    light = [False] * len(rows[0])
    pairs = zip_longest(rows[::2], rows[1::2], fillvalue=light)
    return ["".join(map(_HALVES.__getitem__, zip(upper, lower, strict=True))) for upper, lower in pairs]
