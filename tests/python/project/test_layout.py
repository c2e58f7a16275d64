"""A test file has one topic, and can be read in one sitting."""

from shop import PROJECT

MOST_LINES = 400


def test_no_test_file_has_more_than_400_lines() -> None:
    files = [path for folder in ("tests/python", "adapter/tests") for path in (PROJECT / folder).rglob("*.py")]
    assert len(files) > 50
    lines = {str(path.relative_to(PROJECT)): len(path.read_text().splitlines()) for path in files}
    assert {name: count for name, count in lines.items() if count > MOST_LINES} == {}
