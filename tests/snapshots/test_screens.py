"""Every screen as it looks, at each size in each of three themes, held to what was last found good.

`TOPOFMIND_SNAPSHOTS=write pytest tests/snapshots` writes them anew; look at the difference before it is kept.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tui.app import TopOfMind

if TYPE_CHECKING:
    from rich.style import Style

ROOT = Path(__file__).parents[2]
KEPT = Path(__file__).parent / "screens"
SIZES = ((80, 24), (45, 20), (120, 40))
THEMES = ("ansi-dark", "ansi-light", "nord")


def load_scenes() -> Any:
    """Load the scenes that the pictures of the docs show too."""
    spec = importlib.util.spec_from_file_location("scenes", ROOT / "scripts" / "scenes.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["scenes"] = module
    spec.loader.exec_module(module)
    return module


scenes = load_scenes()


@pytest.mark.parametrize("scene", scenes.SCENES, ids=lambda scene: scene.name)
async def test_a_screen_looks_as_it_did(scene: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "disabled:")
    monkeypatch.chdir(tmp_path)
    app = scenes.opened(scene, tmp_path)
    parts = []
    async with app.run_test(size=scene.size) as pilot:
        await scenes.show(app, pilot, scene)
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await scenes.settle(app, pilot)
            text = rows(app)
            parts += [f"== {size[0]}x{size[1]}", *text]
            for theme in THEMES:
                app.theme = theme
                await scenes.settle(app, pilot)
                assert rows(app) == text, f"{theme} moves something"
                parts += [f"== {size[0]}x{size[1]} {theme}", *colours(app)]
            app.theme = THEMES[0]
    app.desk.close()
    seen = "\n".join(parts) + "\n"
    file = KEPT / f"{scene.name}.txt"
    if os.environ.get("TOPOFMIND_SNAPSHOTS") == "write":
        KEPT.mkdir(exist_ok=True)
        file.write_text(seen, encoding="utf-8")
    assert seen == file.read_text(encoding="utf-8"), f"{scene.name} looks different; see the module's head"


def rows(app: TopOfMind) -> list[str]:
    """Give the text on the screen; no row is wider than the terminal."""
    strips = app.screen._compositor.render_strips()[: app.size.height]
    assert all(strip.cell_length <= app.size.width for strip in strips)
    return [strip.text.rstrip() for strip in strips]


def colours(app: TopOfMind) -> list[str]:
    """Give the style of every cell as a letter, and what the letters mean."""
    letters: dict[str, str] = {}
    grid = []
    for strip in app.screen._compositor.render_strips()[: app.size.height]:
        row = ""
        for segment in strip:
            looks = looks_of(segment.style)
            letter = letters.setdefault(looks, chr(ord("a") + len(letters)))
            row += letter * segment.cell_length
        grid.append(shortened(row))
    return [*grid, *(f"{letter}: {looks}" for looks, letter in letters.items())]


def looks_of(style: Style | None) -> str:
    """Say how a cell looks."""
    if style is None:
        return "plain"
    attributes = [name for name in ("bold", "dim", "italic", "underline", "reverse") if getattr(style, name)]
    colour = style.color.name if style.color else "default"
    ground = style.bgcolor.name if style.bgcolor else "default"
    return " ".join((colour, "on", ground, *attributes))


def shortened(row: str) -> str:
    """Write runs of a letter as its count."""
    return " ".join(f"{letter}{len(list(run))}" for letter, run in groupby(row))


def test_every_mode_of_the_app_has_its_picture() -> None:
    shown = {scene.name for scene in scenes.SCENES}
    assert set(TopOfMind.MODES) <= shown
    assert {file.stem for file in KEPT.glob("*.txt")} == shown
    assert shown <= {file.stem for file in (ROOT / "docs" / "images").glob("*.svg")}
