"""Take pictures of the boards with a headless Chromium."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from dashboards.export import DashboardError

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# What the README shows: a desk's window, cut below what fits a page, in the colours that 64 of a palette can show.
_WIDTH, _HEIGHT, _COLOURS = 1280, 1040, 64


def chromium() -> str | None:
    """The Chromium of this machine, if it has one."""
    return shutil.which("chromium") or shutil.which("google-chrome")


@contextmanager
def browser() -> Iterator["Browser"]:
    """A headless Chromium. Raises DashboardError when this machine has none."""
    from playwright.sync_api import sync_playwright

    executable = chromium()
    if executable is None:
        raise DashboardError("There is no Chromium on this machine: install the package chromium.")
    with sync_playwright() as playwright:
        window = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield window
        window.close()


def take(window: "Browser", pages: list[Path], folder: Path) -> list[Path]:
    """Write a picture of each page to a folder, as PNG with a palette."""
    from PIL import Image

    folder.mkdir(parents=True, exist_ok=True)
    pictures = []
    for page in pages:
        picture = folder / f"{page.stem}.png"
        tab = window.new_page(viewport={"width": _WIDTH, "height": 900})
        tab.set_default_timeout(180_000)
        tab.goto(page.resolve().as_uri())
        tab.screenshot(path=picture, full_page=True)
        tab.close()
        with Image.open(picture) as image:
            cut = image.convert("RGB").crop((0, 0, image.width, min(image.height, _HEIGHT)))
        cut.quantize(_COLOURS, dither=Image.Dither.NONE).save(picture, optimize=True)
        pictures.append(picture)
    return pictures
