"""The links that take a message along: what a phone's camera or a mail program opens."""

from __future__ import annotations

import re
from urllib.parse import quote

_EXTENSION = re.compile(r"\s*(?:,|;|\bx|\bext\.?|#)\s*(\d+)\s*$", re.IGNORECASE)


def mailto(address: str, subject: str, body: str) -> str:
    """Write a mailto: link (RFC 6068); its lines end as in mail."""
    lines = body.replace("\r\n", "\n").replace("\n", "\r\n")
    parts = ((name, text) for name, text in (("subject", subject), ("body", lines)) if text)
    query = "&".join(f"{name}={quote(text, safe='')}" for name, text in parts)
    return f"mailto:{quote(address, safe='@')}{f'?{query}' if query else ''}"


def tel(number: str) -> str:
    """Write a tel: link (RFC 3966): the digits, and the extension where there is one."""
    dialled, extension = _parts(number)
    return f"tel:{dialled}{f';ext={extension}' if extension else ''}"


def sms(number: str, body: str) -> str:
    """Write an sms: link (RFC 5724)."""
    query = f"?body={quote(body, safe='')}" if body else ""
    return f"sms:{_parts(number)[0]}{query}"


def _parts(number: str) -> tuple[str, str]:
    found = _EXTENSION.search(number)
    main = number[: found.start()] if found else number
    main = re.sub(r"\(0\)", "", main)
    plus = "+" if main.strip().startswith("+") else ""
    digits = "".join(str(int(char)) for char in main if char.isdecimal())
    return plus + digits, found[1] if found else ""
