import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from sop_assess.errors import ConflictError, InvalidError
from sop_assess.surveys import ledger

KEY, SLOTS = b"k" * 32, 7


class Issuing(RuleBasedStateMachine):
    """People ask for ballots, repeat themselves and change devices; the box is kept each time."""

    def __init__(self) -> None:
        super().__init__()
        self.box = ledger.new(KEY, SLOTS, "round-a")
        self.size = len(self.box)
        self.given: dict[int, list[bytes]] = {slot: [] for slot in range(SLOTS)}

    @rule(slot=st.integers(0, SLOTS - 1), blinded=st.binary(min_size=1, max_size=2))
    def ask(self, slot: int, blinded: bytes) -> None:
        opened, given = ledger.Ledger(KEY, self.box, "round-a"), self.given[slot]
        if given and given[-1] == blinded:
            assert opened.issue(slot, blinded) == "same"
        elif len(given) == 3:
            with pytest.raises(ConflictError):
                opened.issue(slot, blinded)
        else:
            assert opened.issue(slot, blinded) == ("again" if given else "new")
            given.append(blinded)
        self.box = opened.seal()

    @rule(slot=st.integers(0, SLOTS - 1))
    def repeat(self, slot: int) -> None:
        if self.given[slot]:
            self.ask(slot, self.given[slot][-1])

    @invariant()
    def totals_agree(self) -> None:
        opened = ledger.Ledger(KEY, self.box, "round-a")
        assert opened.issued == sum(bool(given) for given in self.given.values())
        assert opened.reissued == sum(max(len(given) - 1, 0) for given in self.given.values())
        assert all(opened.collected(slot) == bool(self.given[slot]) for slot in range(SLOTS))

    @invariant()
    def size_is_constant(self) -> None:
        assert len(self.box) == self.size == 12 + SLOTS * 33 + 16


TestIssuing = Issuing.TestCase


def test_a_sealed_again_ledger_shows_nothing_in_common() -> None:
    opened = ledger.Ledger(KEY, ledger.new(KEY, 500, "round-a"), "round-a")
    first, second = opened.seal(), opened.seal()
    same = sum(a == b for a, b in zip(first, second, strict=True))
    assert same < len(first) / 50


@pytest.mark.parametrize("change", ["key", "round", "bit", "short", "empty"])
def test_a_foreign_or_changed_box_does_not_open(change: str) -> None:
    box = ledger.new(KEY, SLOTS, "round-a")
    changed = {"bit": box[:-1] + bytes([box[-1] ^ 1]), "short": box[:-1], "empty": b""}
    key = b"x" * 32 if change == "key" else KEY
    with pytest.raises(InvalidError):
        ledger.Ledger(key, changed.get(change, box), "round-b" if change == "round" else "round-a")


@pytest.mark.parametrize("slot", [-1, SLOTS])
def test_there_are_no_other_slots(slot: int) -> None:
    opened = ledger.Ledger(KEY, ledger.new(KEY, SLOTS, "round-a"), "round-a")
    with pytest.raises(IndexError):
        opened.issue(slot, b"x")
    with pytest.raises(IndexError):
        opened.collected(slot)
