"""Colours as the eye measures them: OKLab, after Björn Ottosson, "A perceptual color space for image processing", 2020."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tui_rnn.tui.private_api import EIGHT_BIT_PALETTE

_RGB_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_GREY_SPREAD = 40  # the largest difference between red, green and blue that still looks grey
_LMS_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def oklab(colours: NDArray[np.float64]) -> NDArray[np.float64]:
    """sRGB in 0…255 (..., 3) to OKLab (..., 3): lightness 0…1, green–red, blue–yellow."""
    return np.asarray(np.cbrt(_linear(colours) @ _RGB_TO_LMS.T) @ _LMS_TO_LAB.T)


def _linear(colours: NDArray[np.float64]) -> NDArray[np.float64]:
    """sRGB in 0…255 to linear light in 0…1."""
    share = colours / 255.0
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def rgb(lab: NDArray[np.float64]) -> NDArray[np.uint8]:
    """OKLab (..., 3) to the nearest sRGB in 0…255 (..., 3)."""
    linear = np.clip((lab @ np.linalg.inv(_LMS_TO_LAB).T) ** 3 @ np.linalg.inv(_RGB_TO_LMS).T, 0.0, 1.0)
    share = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray(np.rint(share * 255.0).astype(np.uint8))


def parse(colour: str) -> NDArray[np.float64]:
    """'#rrggbb' to sRGB in 0…255 (3,)."""
    return np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)], dtype=np.float64)


def ramp(anchors: tuple[str, ...], count: int) -> list[str]:
    """`count` colours '#rrggbb' from the first anchor to the last, in steps that look equally large."""
    known = oklab(np.stack([parse(a) for a in anchors]))
    at = np.linspace(0, len(anchors) - 1, count)
    lab = np.stack([np.interp(at, np.arange(len(anchors)), channel) for channel in known.T], axis=1)
    return [_hex(colour) for colour in rgb(lab)]


def blend(colour: str, ground: str, share: float) -> str:
    """`share` of a colour '#rrggbb' on a ground, in OKLab."""
    lab = share * oklab(parse(colour)) + (1 - share) * oklab(parse(ground))
    return _hex(rgb(lab))


def _hex(colour: NDArray[np.uint8]) -> str:
    return f"#{colour.tobytes().hex()}"


def contrast(one: str, other: str) -> float:
    """The ratio of the Web Content Accessibility Guidelines 2.1 between two colours '#rrggbb': 1 (the same) to 21."""
    linear = _linear(np.stack([parse(one), parse(other)]))
    dark, light = sorted((linear @ (0.2126, 0.7152, 0.0722) + 0.05).tolist())
    return float(light / dark)


def lightness(colour: str) -> float:
    """0 for black, 1 for white."""
    return float(oklab(parse(colour))[0])


@lru_cache(maxsize=256)
def nearest_of_256(colour: str) -> str:
    """The colour '#rrggbb' among the 240 fixed ones of a 256-colour terminal that looks most like `colour`.

    A colour with a hue, even a dark one, keeps a hue: it shows the sign of a value.
    """
    fixed = _fixed_colours()
    if np.ptp(parse(colour)) > _GREY_SPREAD:
        fixed = fixed[np.ptp(fixed, axis=1) > 0]
    distance = ((oklab(fixed) - oklab(parse(colour))) ** 2).sum(axis=1)
    return _hex(fixed[int(distance.argmin())].astype(np.uint8))


@lru_cache(maxsize=1)
def _fixed_colours() -> NDArray[np.float64]:
    """The 6×6×6 cube and the greys (240, 3), without the first 16, which are each terminal's own."""
    return np.array([EIGHT_BIT_PALETTE[k] for k in range(16, 256)], dtype=np.float64)
