import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_assess.errors import ForbiddenError
from sop_assess.surveys import credential
from sop_assess.surveys.codes import CODE_LENGTH, code_hash, new_code, typed

SECRET = credential.round_secret("k" * 40, "round-a")


@given(unit=st.integers(0, 65535), nonce=st.binary(min_size=16, max_size=16))
def test_a_credential_carries_its_unit_and_nothing_else_is_accepted(
    unit: int, nonce: bytes
) -> None:
    right = credential.issue(SECRET, unit, nonce)
    assert credential.unit_of(SECRET, right) == unit
    other = credential.round_secret("k" * 40, "round-b")
    with pytest.raises(ForbiddenError):
        credential.unit_of(other, right)


@given(st.data())
def test_a_changed_credential_is_refused(data: st.DataObject) -> None:
    right = credential.issue(SECRET, 3, b"n" * 16)
    at = data.draw(st.integers(0, len(right) - 2))
    letter = data.draw(st.sampled_from("ABCabc019-_"))
    if right[at] != letter:
        with pytest.raises(ForbiddenError):
            credential.unit_of(SECRET, right[:at] + letter + right[at + 1 :])


@pytest.mark.parametrize("text", ["", "x", "%%%", "é" * 46, "A" * 46, "A" * 5000])
def test_foreign_text_is_refused(text: str) -> None:
    with pytest.raises(ForbiddenError):
        credential.unit_of(SECRET, text)


def test_spellings_of_one_credential_are_one_ballot() -> None:
    right = credential.issue(SECRET, 1, b"n" * 16)
    last = right[-1]
    twins = [
        right[:-1] + letter
        for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        if letter != last
    ]
    marks = set()
    for twin in twins:
        try:
            credential.unit_of(SECRET, twin)
        except ForbiddenError:
            continue
        marks.add(credential.nullifier(twin))
    assert marks <= {credential.nullifier(right)}


def test_a_receipt_is_the_same_for_the_same_ballot_only() -> None:
    first = credential.receipt_code("a", "b")
    assert first == credential.receipt_code("a", "b") != credential.receipt_code("a", "c")
    assert len(first) == 24
    assert first.count("-") == 4


def test_codes_are_read_as_people_type_them() -> None:
    code = new_code()
    assert len(typed(code)) == CODE_LENGTH
    spoken = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert code_hash("r", spoken) == code_hash("r", code) != code_hash("s", code)
