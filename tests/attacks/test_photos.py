"""What a camera writes into a photo is in none of the bytes that are kept."""

from __future__ import annotations

import io
from datetime import UTC, datetime

from PIL import Image, ImageCms

from sop_assess.db import Stores
from sop_assess.instruments.answer_models import Submission
from sop_assess.instruments.attachments import get_attachment, store_attachment
from tests.surveys.conftest import make_survey

NOW = datetime(2031, 7, 14, 9, 0, tzinfo=UTC)
MARK = "canary-photo"


def telling_photo() -> bytes:
    """A photo with marks in EXIF, GPS, XMP, ICC profile and comment, and behind its end."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x013B] = f"{MARK}-maker", f"{MARK}-model", f"{MARK}-artist"
    exif.get_ifd(0x8769)[0x927C] = f"{MARK}-note".encode()
    exif.get_ifd(0x8825)[0x001D] = f"{MARK}-gps"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (200, 30, 30)).save(
        out, "JPEG", exif=exif, comment=f"{MARK}-comment".encode(),
        icc_profile=profile + f"{MARK}-icc".encode(),
        xmp=f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{MARK}-xmp</x:xmpmeta>".encode(),
    )  # fmt: skip
    return out.getvalue() + f"{MARK}-tail".encode()


def test_t24_no_mark_of_a_photo_is_kept(sqlite_stores: Stores) -> None:
    photo = telling_photo()
    assert photo.count(MARK.encode()) >= 8
    identity = "0b6e6a4e-6d1d-4b5a-9a57-0c8f6b1f2a10"
    visit = make_survey(sqlite_stores)
    with sqlite_stores.core.writing() as session:
        session.add(Submission(
            id=identity, round_id=visit.round_id, version_id=visit.door.version_id, document={},
            content_hash="0" * 64, received_at=NOW,
        ))  # fmt: skip
    store_attachment(sqlite_stores, identity, identity, photo, name="IMG_2031.jpg", now=NOW)
    found = get_attachment(sqlite_stores, identity)
    kept = found.path.read_bytes()
    assert Image.open(io.BytesIO(kept)).size == (64, 48)
    assert MARK.encode() not in kept
    assert not any(segment in kept for segment in (b"Exif", b"ICC_PROFILE", b"adobe:ns"))
    assert "IMG_2031" not in str(found.path)
