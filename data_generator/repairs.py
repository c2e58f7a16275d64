"""Other spellings of good rows, with the same meaning."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from data_generator.schema import CASELESS_COLUMNS, COLUMNS, ID_COLUMNS, PADDED_COLUMNS, TIME_COLUMN

ALIASES: Final[dict[str, tuple[str, ...]]] = {
    "page_view": ("view", "pageview", "product_view"),
    "add_to_cart": ("cart", "addtocart"),
    "checkout": ("begin_checkout",),
    "purchase": ("order", "transaction"),
}

_NULLS: Final = ("null", "None", "NaN", "NULL")

# (what is added to the UTC time, what is written behind it)
_ZONES: Final = (
    (timedelta(), "Z"),
    (timedelta(hours=5, minutes=30), "+05:30"),
    (timedelta(hours=-8), "-08:00"),
    (timedelta(), "+00:00"),
)

Fields = list[str]


def respell_id(entity: str, fields: Fields, variant: int) -> None:
    """1050 becomes 1050.0, 001050, +1050 or 1.050e3."""
    columns = [COLUMNS[entity].index(column) for column in ID_COLUMNS[entity]]
    filled = [column for column in columns if fields[column]]
    column = filled[variant % len(filled)]
    digits = fields[column].removesuffix(".0")
    spellings = (
        f"{digits}.0" if fields[column] == digits else digits,
        f"00{digits}",
        f"+{digits}",
        f"{digits[0]}.{digits[1:] or '0'}e{len(digits) - 1}",
    )
    fields[column] = spellings[variant // len(filled) % len(spellings)]


def respell_event_type(entity: str, fields: Fields, variant: int) -> None:
    """The event type becomes another name for it."""
    column = COLUMNS[entity].index("event_type")
    aliases = ALIASES[fields[column]]
    fields[column] = aliases[variant % len(aliases)]


def respell_text(entity: str, fields: Fields, variant: int) -> None:
    """A field gets blanks around it or, where letter case means nothing, another case."""
    caseless = [COLUMNS[entity].index(column) for column in CASELESS_COLUMNS[entity]]
    columns = [*caseless, *(COLUMNS[entity].index(column) for column in PADDED_COLUMNS[entity])]
    filled = [column for column in columns if fields[column]]
    column = filled[variant % len(filled)]
    text = fields[column]
    paddings = (f"  {text}", f"{text} ", f" {text}\t")
    cases = (text.swapcase(), f" {text.swapcase()} ", text[0].swapcase() + text[1:])
    spellings = (*cases, *paddings) if column in caseless else paddings
    fields[column] = spellings[variant // len(filled) % len(spellings)]


def respell_time(entity: str, fields: Fields, variant: int) -> None:
    """The time gets a zone (and the local time of that zone), a blank for its T, or a fraction."""
    column = COLUMNS[entity].index(TIME_COLUMN[entity])
    text = fields[column]
    zone = variant % (len(_ZONES) + 2)
    if zone < len(_ZONES):
        shift, suffix = _ZONES[zone]
        fields[column] = (datetime.fromisoformat(text) + shift).isoformat() + suffix
    else:
        fields[column] = text.replace("T", " ") if zone == len(_ZONES) else f"{text}.000"


def respell_null(_entity: str, fields: Fields, variant: int) -> None:
    """An empty field becomes a word for null."""
    empty = [column for column, text in enumerate(fields) if not text]
    fields[empty[variant % len(empty)]] = _NULLS[variant // len(empty) % len(_NULLS)]


Repair = Callable[[str, Fields, int], None]


def repairs(entity: str) -> dict[str, Repair]:
    """The alternative spellings of rows of this entity, by name."""
    result: dict[str, Repair] = {"id_spelling": respell_id, "case_and_padding": respell_text}
    if entity in TIME_COLUMN:
        result["time_zone"] = respell_time
    if entity == "events":
        result["event_type_alias"] = respell_event_type
        result["null_word"] = respell_null
    return result
