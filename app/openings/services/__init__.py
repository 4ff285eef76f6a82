"""Verbs on openings: positions, the openings themselves, companies."""

from app.openings.services.positions import (
    NoPositionLeft,
    hold_position,
    release_position,
    take_position,
)

__all__ = [
    "NoPositionLeft",
    "hold_position",
    "release_position",
    "take_position",
]
