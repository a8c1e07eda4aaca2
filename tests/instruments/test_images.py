"""Photos are drawn anew: nothing hidden survives, and nothing hostile gets through."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from sop_assess.errors import InvalidError, TooLargeError
from sop_assess.instruments.images import LONG_EDGE, redrawn

CANARY = b"CANARY-7731"


def picture(kind: str = "JPEG", size: tuple[int, int] = (400, 200), **more: Any) -> bytes:
    image = Image.new("RGB", size, (200, 30, 30))
    image.paste((30, 30, 200), (0, 0, size[0] // 2, size[1]))
    written = io.BytesIO()
    image.save(written, kind, **more)
    return written.getvalue()


def with_secrets() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = CANARY.decode()
    exif[0x0112] = 6  # turned by 90 degrees
    exif.get_ifd(0x8825)[0x001D] = CANARY.decode()
    return picture(exif=exif, comment=CANARY, icc_profile=CANARY * 4)


def test_metadata_and_appended_data_are_gone() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("inside.txt", CANARY)
    sent = with_secrets() + archive.getvalue() + CANARY
    assert CANARY in sent
    kept = redrawn(sent)
    assert CANARY not in kept
    clean = Image.open(io.BytesIO(kept))
    assert not clean.getexif()
    assert {"exif", "icc_profile", "comment"}.isdisjoint(clean.info)


def test_the_picture_stands_upright() -> None:
    clean = Image.open(io.BytesIO(redrawn(with_secrets())))
    assert clean.size == (200, 400)


def test_text_in_a_png_is_gone() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", CANARY.decode())
    assert CANARY not in redrawn(picture("PNG", pnginfo=info))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_large_photos_are_made_smaller(kind: str) -> None:
    clean = Image.open(io.BytesIO(redrawn(picture(kind, (3000, 1000)))))
    assert clean.format == "JPEG"
    assert max(clean.size) == LONG_EDGE


def test_only_the_first_picture_of_an_animation_stays() -> None:
    frames = [Image.new("RGB", (20, 20), (n * 60, 0, 0)) for n in range(3)]
    written = io.BytesIO()
    frames[0].save(written, "WEBP", save_all=True, append_images=frames[1:])
    assert Image.open(io.BytesIO(redrawn(written.getvalue()))).size == (20, 20)


HOSTILE = {
    "nothing": b"",
    "html as png": b"<html><script>alert(1)</script></html>",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "signature alone": b"\x89PNG\r\n\x1a\n",
    "cut off": picture()[:300],
    "gif": b"GIF89a" + b"\x00" * 100,
    "pdf": b"%PDF-1.7\n",
    "heic": b"\x00\x00\x00\x18ftypheic" + b"\x00" * 64,
    "zeros in jpeg": b"\xff\xd8\xff\xe0" + b"\x00" * 500,
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_files_get_one_sentence(data: bytes) -> None:
    with pytest.raises(InvalidError) as caught:
        redrawn(data)
    assert caught.value.sentence.endswith(".")


def test_too_many_pixels_or_bytes_are_refused() -> None:
    flood = io.BytesIO()
    Image.new("1", (30_000, 2_000)).save(flood, "PNG")
    with pytest.raises(TooLargeError):
        redrawn(flood.getvalue())
    with pytest.raises(TooLargeError):
        redrawn(b"\xff\xd8\xff" + b"\x00" * 1024 * 1024 * 2, limit_mb=1)
