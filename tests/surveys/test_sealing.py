import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_assess.errors import InvalidError, TooLargeError
from sop_assess.surveys import sealing

from .round_keys import rsa_key

BOUND = sealing.associated("round-a", "ab" * 32)
SIZES = sealing.sizes(256)


@given(content=st.binary(max_size=300), large=st.sampled_from([0, 4000, 4092, 4093, 16380, 65532]))
def test_a_box_gives_back_what_was_sealed(content: bytes, large: int) -> None:
    content = content + bytes(large) + content
    box = sealing.seal(rsa_key().public_key(), content, BOUND)
    assert len(box) in SIZES
    assert sealing.unseal(rsa_key(), box, BOUND) == content


@pytest.mark.parametrize("bucket", sealing.BUCKETS)
def test_boxes_of_a_bucket_have_one_size(bucket: int) -> None:
    shortest = bucket // 4 - 3 if bucket > 4096 else 0
    boxes = [
        sealing.seal(rsa_key().public_key(), b"a" * length, BOUND)
        for length in (shortest, bucket // 2, bucket - 4)
    ]
    assert {len(box) for box in boxes} == {bucket + 256 + 12 + 16}


def test_a_box_of_the_products_key_has_the_announced_size() -> None:
    box = sealing.seal(rsa_key("long", 3072).public_key(), b"answers", BOUND)
    assert len(box) == min(sealing.sizes()) == 4508


def test_what_fits_no_bucket_is_refused() -> None:
    with pytest.raises(TooLargeError):
        sealing.seal(rsa_key().public_key(), bytes((256 << 10) - 3), BOUND)


BOX = sealing.seal(rsa_key().public_key(), b"answers", BOUND)


@given(bit=st.integers(0, 8 * len(BOX) - 1))
def test_a_changed_box_does_not_open(bit: int) -> None:
    changed = (int.from_bytes(BOX) ^ 1 << bit).to_bytes(len(BOX))
    with pytest.raises(InvalidError):
        sealing.unseal(rsa_key(), changed, BOUND)


@pytest.mark.parametrize("box", [b"", b"x", BOX[:-1], BOX + b"x", bytes(len(BOX))])
def test_poison_does_not_open(box: bytes) -> None:
    with pytest.raises(InvalidError):
        sealing.unseal(rsa_key(), box, BOUND)


@pytest.mark.parametrize(("round_key", "mark"), [("round-b", "ab" * 32), ("round-a", "cd" * 32)])
def test_a_box_opens_for_its_own_round_and_ballot_only(round_key: str, mark: str) -> None:
    with pytest.raises(InvalidError):
        sealing.unseal(rsa_key(), BOX, sealing.associated(round_key, mark))


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(InvalidError):
        sealing.unseal(rsa_key("second"), BOX, BOUND)


@pytest.mark.parametrize("padded", [b"\xff" * 4096, b"\0\0\0\1aZ" + bytes(4090)])
def test_wrong_padding_is_poison(padded: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "_padded", lambda content: padded)
    box = sealing.seal(rsa_key().public_key(), b"", BOUND)
    with pytest.raises(InvalidError):
        sealing.unseal(rsa_key(), box, BOUND)
