"""The same shop, as other systems export it."""

from collections.abc import Callable, Iterator
from typing import Final

from data_generator.exports import ga4, shopify, snowplow
from data_generator.exports.files import Export
from data_generator.exports.texts import Texts

# By source: its exports, of a shop and in a format.
EXPORTS: Final[dict[str, Callable[[Texts, str], Iterator[Export]]]] = {
    "shopify": shopify.exports,
    "ga4": ga4.exports,
    "snowplow": snowplow.exports,
}
