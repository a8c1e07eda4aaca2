"""The ballot box: dropping a ballot exactly once, sealing the box, emptying it. Box store only."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from ..db import Stores
from ..errors import ConflictError, GoneError, NotFoundError
from .answer_models import Ballot, BallotBox


def provide_box(stores: Stores, round_key: str) -> None:
    """Let a round's box take ballots."""
    with stores.ballot.writing() as session:
        if session.get(BallotBox, round_key) is None:
            session.add(BallotBox(round_key=round_key, accepting=True))


def drop_ballot(
    stores: Stores,
    round_key: str,
    *,
    nullifier: str,
    content_hash: str,
    box: bytes,
    unit: str | None = None,
) -> bool:
    """True when the ballot is new, False when the very same one lay there before.

    Other content under the same nullifier raises ConflictError, a sealed box GoneError.
    """
    try:
        with stores.ballot.writing() as session:
            # The row lock makes closing wait for us, so an acknowledged ballot is never left out.
            found = session.scalars(
                select(BallotBox).where(BallotBox.round_key == round_key).with_for_update(read=True)
            ).first()
            known = session.get(Ballot, nullifier)
            if known is not None:
                return _same(known, content_hash)
            if found is None or not found.accepting:
                raise GoneError("The survey has closed. Answers can no longer be sent.")
            session.add(
                Ballot(nullifier=nullifier, round_key=round_key, content_hash=content_hash,
                       unit=unit, box=box)
            )  # fmt: skip
            return True
    except IntegrityError:
        with stores.ballot.reading() as session:
            return _same(session.get_one(Ballot, nullifier), content_hash)


def withdraw_ballot(stores: Stores, round_key: str, nullifier: str) -> None:
    """Empty a ballot that lies in the box. Its mark stays, so that a late copy is not counted."""
    with stores.ballot.writing() as session:
        found = session.scalars(
            select(BallotBox).where(BallotBox.round_key == round_key).with_for_update(read=True)
        ).first()
        known = session.get(Ballot, nullifier, with_for_update=True)
        if found is None or not found.accepting:
            raise GoneError("The survey has closed. Answers can no longer be withdrawn.")
        if known is None or known.round_key != round_key:
            raise NotFoundError("No such answers have arrived, so there is nothing to withdraw.")
        known.box = b""


def seal_box(stores: Stores, round_key: str) -> None:
    """Take no more ballots from now on."""
    with stores.ballot.writing() as session:
        found = session.scalars(
            select(BallotBox).where(BallotBox.round_key == round_key).with_for_update()
        ).first()
        if found is not None:
            found.accepting = False


def ballots(stores: Stores, round_key: str) -> Iterator[Ballot]:
    """Every ballot in the box, withdrawn ones too, in the order of its random key."""
    query = select(Ballot).where(Ballot.round_key == round_key).order_by(Ballot.nullifier)
    with stores.ballot.reading() as session:
        yield from session.scalars(query.execution_options(yield_per=1000))


def ballots_by_unit(stores: Stores, round_key: str) -> dict[str, int]:
    """How many sealed ballots lie in the box by unit."""
    query = (
        select(Ballot.unit, func.count())
        .where(Ballot.round_key == round_key, func.length(Ballot.box) > 0)
        .group_by(Ballot.unit)
    )
    with stores.ballot.reading() as session:
        return {unit or "": count for unit, count in session.execute(query)}


def empty_box(stores: Stores, round_key: str) -> None:
    """Remove opened ballots; the overwritten pages are rewritten so that nothing is left."""
    with stores.ballot.writing() as session:
        session.execute(delete(Ballot).where(Ballot.round_key == round_key))
    stores.ballot.rewrite()


def _same(known: Ballot, content_hash: str) -> bool:
    if not known.box:
        raise GoneError("These answers were withdrawn. They are not counted.")
    if known.content_hash != content_hash:
        raise ConflictError("Other answers were already sent with this ballot.")
    return False
