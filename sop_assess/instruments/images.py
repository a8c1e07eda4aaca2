"""Photos and receipts: decoded and drawn anew, so that nothing hidden in them stays."""

from __future__ import annotations

import io
from typing import Final

from ..errors import InvalidError, TooLargeError

LONG_EDGE: Final = 1600
MOST_PIXELS: Final = 40_000_000
QUALITY: Final = 80
_SIGNATURES: Final = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG"}


def redrawn(data: bytes, *, limit_mb: int = 15) -> bytes:
    """The picture as a new JPEG: turned upright, at most 1,600 pixels long, without metadata."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    if len(data) > limit_mb * 1024 * 1024:
        raise TooLargeError("The photo is larger than %(limit)s MB. Take it at a smaller size.",
                            limit=limit_mb)  # fmt: skip
    kind = _kind(data)
    try:
        picture = Image.open(io.BytesIO(data), formats=[kind])
        if picture.width * picture.height > MOST_PIXELS:
            raise _too_many_pixels()
        picture.seek(0)
        upright = ImageOps.exif_transpose(picture).convert("RGB")
        upright.thumbnail((LONG_EDGE, LONG_EDGE))
        # Only the pixels go into a new picture: comments, profiles and thumbnails stay behind.
        clean = Image.frombytes("RGB", upright.size, upright.tobytes())
        written = io.BytesIO()
        clean.save(written, "JPEG", quality=QUALITY, optimize=True)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError):
        raise InvalidError("This photo cannot be read. Take it again.") from None
    except Image.DecompressionBombError:
        raise _too_many_pixels() from None
    return written.getvalue()


def _kind(data: bytes) -> str:
    for signature, kind in _SIGNATURES.items():
        if data.startswith(signature):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1"):
        raise InvalidError("HEIC photos cannot be taken. Choose “most compatible” in the camera.")
    raise InvalidError("This file is no photo. Send a JPEG, PNG or WebP picture.")


def _too_many_pixels() -> TooLargeError:
    return TooLargeError("The photo has more than 40 million pixels. Take a smaller one.")
