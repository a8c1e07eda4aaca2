"""Why a cell is hidden, as it is stored. Apart, because pages read it and load no numbers."""

from __future__ import annotations

from typing import Final

TOO_SMALL: Final = "too_small"
WOULD_TELL: Final = "would_tell"
NOT_RELEASED: Final = "not_released"
