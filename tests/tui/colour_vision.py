"""How colours look to eyes of every kind: what the tests of the themes compute with.

Contrast: WCAG 2.1. Colour-blindness: the matrices of Machado, Oliveira & Fernandes, "A physiologically-based model for
simulation of color vision deficiency", 2009, at full severity, on linear sRGB. Difference: CIEDE2000, as in Sharma, Wu &
Dalal, "The CIEDE2000 color-difference formula: implementation notes", 2005.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

EYES: dict[str, Vector] = {
    "normal": np.eye(3),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}
_XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]])
_WHITE = np.array([0.95047, 1.0, 1.08883])


def linear(colour: str) -> Vector:
    """'#rrggbb' as linear sRGB in 0…1 (3,)."""
    share = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """1 for the same lightness, 21 for black and white."""
    high, low = sorted((float(linear(c) @ _XYZ[1]) + 0.05 for c in (one, other)), reverse=True)
    return high / low


def lab(colour: str, eyes: str = "normal") -> Vector:
    """CIELAB of a colour as these eyes see it (3,)."""
    xyz = _XYZ @ np.clip(EYES[eyes] @ linear(colour), 0, 1) / _WHITE
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def difference(one: Vector, other: Vector) -> float:
    """CIEDE2000 of two colours in CIELAB: about 2 is seen side by side, 10 is seen apart."""
    (l1, a1, b1), (l2, a2, b2) = one.tolist(), other.tolist()
    mean = ((math.hypot(a1, b1) + math.hypot(a2, b2)) / 2) ** 7
    stretch = 1.5 - 0.5 * math.sqrt(mean / (mean + 25**7))
    c1, c2 = math.hypot(stretch * a1, b1), math.hypot(stretch * a2, b2)
    h1, h2 = (math.degrees(math.atan2(b, stretch * a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn, total = h2 - h1, h1 + h2
    if c1 * c2 == 0:
        turn, hue = 0.0, total
    elif abs(turn) <= 180:
        hue = total / 2
    else:
        turn, hue = turn - math.copysign(360, turn), (total + (360 if total < 360 else -360)) / 2
    light, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    weight = 1 - 0.17 * _cos(hue - 30) + 0.24 * _cos(2 * hue) + 0.32 * _cos(3 * hue + 6) - 0.20 * _cos(4 * hue - 63)
    d_light = (l2 - l1) / (1 + 0.015 * (light - 50) ** 2 / math.sqrt(20 + (light - 50) ** 2))
    d_chroma = (c2 - c1) / (1 + 0.045 * chroma)
    d_hue = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn / 2)) / (1 + 0.015 * chroma * weight)
    blue = 60 * math.exp(-(((hue - 275) / 25) ** 2))
    rotation = -2 * math.sqrt(chroma**7 / (chroma**7 + 25**7)) * math.sin(math.radians(blue))
    return math.sqrt(d_light**2 + d_chroma**2 + d_hue**2 + rotation * d_chroma * d_hue)


def apart(one: str, other: str) -> float:
    """The difference of two colours to the eyes that tell them worst."""
    return min(difference(lab(one, eyes), lab(other, eyes)) for eyes in EYES)


def _cos(degrees: float) -> float:
    return math.cos(math.radians(degrees))
