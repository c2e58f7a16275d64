"""Take pictures of the boards with a headless Chromium."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from dashboards.export import DashboardError

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# For the README: a desktop window, cropped to fit a page, in the colours of a palette.
_WIDTH, _HEIGHT = 1280, 1040
_COLOURS = {"cockpit": 192}


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
    """Write a picture of each page to a folder, as PNG with a palette. That of the index is named `cockpit`."""
    from PIL import Image

    folder.mkdir(parents=True, exist_ok=True)
    pictures = []
    for page in pages:
        name = "cockpit" if page.stem == "index" else page.stem
        picture = folder / f"{name}.png"
        tab = window.new_page(viewport={"width": _WIDTH, "height": 900})
        tab.set_default_timeout(180_000)
        tab.goto(page.resolve().as_uri())
        if name == "cockpit":
            tab.wait_for_selector("#figures .figure")
        tab.screenshot(path=picture, full_page=True)
        tab.close()
        with Image.open(picture) as image:
            cut = image.convert("RGB").crop((0, 0, image.width, min(image.height, _HEIGHT)))
        cut.quantize(_COLOURS.get(name, 64), dither=Image.Dither.NONE).save(picture, optimize=True)
        pictures.append(picture)
    return pictures
