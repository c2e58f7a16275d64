"""Random numbers that are the same on every machine, Python and numpy version."""

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Streams:
    """Independent random streams by name, all derived from one seed.

    Every drawn quantity has its own stream, so a new quantity or another block size changes no other one. Only the
    raw 64-bit output of PCG64 is used: numpy promises that it never changes, unlike the methods of ``Generator``.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._generators: dict[str, np.random.PCG64] = {}

    def raw(self, name: str, size: int) -> npt.NDArray[np.uint64]:
        """The next ``size`` 64-bit words of a stream."""
        if name not in self._generators:
            sequence = np.random.SeedSequence(self._seed, spawn_key=tuple(name.encode("ascii")))
            self._generators[name] = np.random.PCG64(sequence)
        return np.asarray(self._generators[name].random_raw(size), dtype=np.uint64)

    def uniform(self, name: str, size: int) -> Floats:
        """Doubles in [0, 1) with 53 random bits."""
        return (self.raw(name, size) >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def integers(self, name: str, low: int, high: int, size: int) -> Ints:
        """Whole numbers from ``low`` to ``high``, both included."""
        return low + (self.uniform(name, size) * (high - low + 1)).astype(np.int64)

    def choice(self, name: str, weights: tuple[int, ...], size: int) -> Ints:
        """Positions in ``weights``, drawn in proportion to them."""
        bounds = np.cumsum(np.asarray(weights, dtype=np.int64))
        drawn = self.uniform(name, size) * int(bounds[-1])
        return np.searchsorted(bounds, drawn, side="right").astype(np.int64)
