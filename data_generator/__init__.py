"""Landing files of the web shop: generated at any scale, or downloaded from Kaggle."""

__version__ = "1.0.0"
