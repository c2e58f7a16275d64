"""The cockpit in a tab of a browser, for tests."""

from pathlib import Path

PRODUCT_DIMENSIONS = ("category", "product")
DIMENSIONS = ("source", "device", "country", *PRODUCT_DIMENSIONS)


class Cockpit:
    """A tab with the cockpit, which keeps errors and requests: a page on disk makes none."""

    def __init__(self, window: object, page: Path, address: str = "", **options: object) -> None:
        self.tab = window.new_page(**{"viewport": {"width": 1360, "height": 900}, **options})
        self.tab.set_default_timeout(180_000)  # a busy machine is no failure
        self.errors: list[str] = []
        self.tab.on("console", lambda message: message.type == "error" and self.errors.append(message.text))
        self.tab.on("pageerror", lambda error: self.errors.append(str(error)))
        self.tab.on("request", lambda r: r.url.startswith(("file:", "data:", "blob:")) or self.errors.append(r.url))
        self.tab.goto(f"{page.as_uri()}#{address}")
        self.tab.wait_for_selector("#figures .figure, #message:not([hidden])")

    def figure(self, metric: str) -> float:
        return float(self.tab.locator(f"[data-metric={metric}] .value").get_attribute("data-value"))

    def changes(self, metric: str) -> list[str]:
        return self.tab.locator(f"[data-metric={metric}] .changes b").all_inner_texts()

    def values(self, dimension: str) -> dict[str, float]:
        """The figures of a dimension's list, all of them, by name."""
        rows = self.tab.locator(f"#by-{dimension} tbody tr")
        return dict(
            rows.evaluate_all("rows => rows.map(row => [row.querySelector('button').title, Number(row.dataset.value)])")
        )

    def headline(self) -> str:
        return str(self.tab.locator("#headline").inner_text())

    def press(self, *keys: str) -> None:
        for key in keys:
            self.tab.keyboard.press(key)
