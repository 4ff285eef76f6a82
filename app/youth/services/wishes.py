"""Verbs on wishes: kept as typed, confirmed by a person, never silently changed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import Conflict, Invalid, NotFound
from app.core.text import sort_key
from app.engine.text import fold, split_wishes
from app.policy.actor import Actor
from app.reference.queries import suggest_trades, trade_labels
from app.youth.models import UnansweredWish, Wish, Youth
from app.youth.services.guarded import note_change, open_for_change

LONGEST, MOST = 160, 9


def set_wishes(
    db_session: Session, actor: Actor, *, youth_id: int, lines: Sequence[str]
) -> list[Wish]:
    """Replace the list by these lines, best first; a wish that stays keeps its confirmed trade.

    Raises:
        Invalid: a line is too long, or there are more than nine.
    """
    youth = open_for_change(db_session, actor, youth_id)
    wishes = write_wishes(db_session, youth, lines)
    note_change(db_session, actor, youth, "wishes_changed", details={"wishes": len(wishes)})
    return wishes


def write_wishes(db_session: Session, youth: Youth, lines: Sequence[str]) -> list[Wish]:
    """Make the youth's wishes these lines, in the caller's verb. Typed twice, a wish is kept once."""
    known: dict[str, list[Wish]] = {}
    for wish in _wishes_of(db_session, youth.id):
        known.setdefault(wish_key(wish.raw_text), []).append(wish)
    typed = _typed_parts(lines)
    kept: list[Wish] = []
    for rank, parts in enumerate(typed, start=1):
        for text, line in parts:
            rows = known.pop(wish_key(text), None) or [_new_wish(db_session, youth, text, line)]
            for row in rows:
                row.rank = rank
                kept.append(row)
    gone = [row.id for rows in known.values() for row in rows]
    if gone:
        db_session.execute(delete(Wish).where(Wish.id.in_(gone)))
    db_session.flush()
    return kept


def add_wish(
    db_session: Session, actor: Actor, *, youth_id: int, text: str, rome_code: str | None = None
) -> list[Wish]:
    """Add one line at the end of the list, with the trade that the adviser picked, if any.

    Returns the wishes of this line; the one already there when it was typed before.

    Raises:
        Invalid: empty, too long, or the list is full.
    """
    youth = open_for_change(db_session, actor, youth_id)
    here = _wishes_of(db_session, youth.id)
    known = {wish_key(wish.raw_text): wish for wish in here}
    typed = _typed_parts([text])
    if not typed:
        raise Invalid("Écrivez un métier, avec les mots du jeune.", field="wish")
    rank = max((wish.rank for wish in here), default=0) + 1
    if rank > MOST:
        raise Invalid(f"{MOST} souhaits au plus : retirez-en un d’abord.", field="wish")
    wishes = []
    for part, line in typed[0]:
        wish = known.get(wish_key(part))
        if wish is None:
            wish = _new_wish(db_session, youth, part, line, is_answered=rome_code is not None)
            wish.rank = rank
        wishes.append(wish)
    db_session.flush()
    if rome_code is not None:
        _confirm(db_session, actor, wishes[0], rome_code)
    note_change(db_session, actor, youth, "wish_added", reason=rome_code)
    return wishes


def confirm_wish(db_session: Session, actor: Actor, *, wish_id: int, rome_code: str) -> Wish:
    """A person says which trade the words mean. A second trade for the same words stands beside,
    at the same rank.

    Raises:
        Invalid: no such trade.
    """
    wish, youth = _open_wish(db_session, actor, wish_id)
    wish = _confirm(db_session, actor, wish, rome_code)
    note_change(db_session, actor, youth, "wish_confirmed", reason=rome_code)
    return wish


def unconfirm_wish(db_session: Session, actor: Actor, *, wish_id: int) -> Wish:
    """The trade was the wrong one: the words stay, the trade goes."""
    wish, youth = _open_wish(db_session, actor, wish_id)
    wish.rome_code = wish.confirmed_at = wish.confirmed_by = None
    note_change(db_session, actor, youth, "wish_unconfirmed")
    return wish


def remove_wish(db_session: Session, actor: Actor, *, wish_id: int) -> int:
    """Take one wish out and close the ranks; returns the youth's id."""
    wish, youth = _open_wish(db_session, actor, wish_id)
    db_session.delete(wish)
    db_session.flush()
    _close_ranks(_wishes_of(db_session, youth.id))
    note_change(db_session, actor, youth, "wish_removed")
    return youth.id


def move_wish(db_session: Session, actor: Actor, *, wish_id: int, up: bool) -> int:
    """Exchange the ranks of this line and of the one before or after; returns the youth's id.

    At the end of the list nothing moves.
    """
    wish, youth = _open_wish(db_session, actor, wish_id)
    here = _wishes_of(db_session, youth.id)
    mine, other = wish.rank, wish.rank + (-1 if up else 1)
    if any(one.rank == other for one in here):
        for one in here:
            one.rank = {mine: other, other: mine}.get(one.rank, one.rank)
        note_change(db_session, actor, youth, "wishes_reordered")
    return youth.id


def wish_key(text: str) -> str:
    """What two ways of typing one wish share; the plain folding when no word names a trade."""
    return (fold(text) or sort_key(text))[:LONGEST]


def _typed_parts(lines: Sequence[str]) -> list[list[tuple[str, str | None]]]:
    """Lines as `(trade, whole line when it held several)`, each trade once; empty lines dropped."""
    seen: set[str] = set()
    typed = []
    for line in (one.replace("\0", "").strip() for one in lines):
        if len(line) > LONGEST:
            raise Invalid(f"{LONGEST} caractères au plus pour un souhait.", field="wish")
        parts = split_wishes(line)
        fresh = []
        for part in parts:
            if wish_key(part) and wish_key(part) not in seen:
                seen.add(wish_key(part))
                fresh.append((part, line if len(parts) > 1 else None))
        if fresh:
            typed.append(fresh)
    if len(typed) > MOST:
        raise Invalid(f"{MOST} souhaits au plus : gardez les plus importants.", field="wish")
    return typed


def _new_wish(
    db_session: Session, youth: Youth, text: str, line: str | None, *, is_answered: bool = False
) -> Wish:
    if not is_answered and not suggest_trades(db_session, text, 1):
        _count_unanswered(db_session, wish_key(text))
    wish = Wish(youth_id=youth.id, rank=1, raw_text=text, line_text=line, folded=wish_key(text))
    db_session.add(wish)
    return wish


def _count_unanswered(db_session: Session, folded: str) -> None:
    """One more person asked for this in vain."""
    more = (
        update(UnansweredWish)
        .where(UnansweredWish.folded == folded)
        .values(times=UnansweredWish.times + 1, last_asked_on=clock.today())
        .execution_options(synchronize_session=False)
    )
    if db_session.execute(more).rowcount:  # type: ignore[attr-defined]
        return
    try:
        with db_session.begin_nested():
            db_session.add(UnansweredWish(folded=folded, last_asked_on=clock.today()))
    except IntegrityError:
        db_session.execute(more)


def _confirm(db_session: Session, actor: Actor, wish: Wish, rome_code: str) -> Wish:
    if rome_code not in trade_labels(db_session, [rome_code]):
        raise Invalid("Ce métier n’est pas dans la liste.", field="wish")
    if wish.rome_code not in (None, rome_code):
        twins = _wishes_of(db_session, wish.youth_id)
        same = [one for one in twins if one.folded == wish.folded]
        if any(one.rome_code == rome_code for one in same):
            raise Conflict("Ce métier est déjà retenu pour ce souhait.")
        twin = Wish(
            youth_id=wish.youth_id,
            rank=wish.rank,
            raw_text=wish.raw_text,
            line_text=wish.line_text,
            folded=wish.folded,
        )
        db_session.add(twin)
        wish = twin
    wish.rome_code, wish.confirmed_at, wish.confirmed_by = rome_code, clock.now(), actor.user_id
    db_session.flush()
    return wish


def _open_wish(db_session: Session, actor: Actor, wish_id: int) -> tuple[Wish, Youth]:
    youth_id = db_session.scalar(select(Wish.youth_id).where(Wish.id == wish_id))
    if youth_id is None:
        raise NotFound("Ce souhait n’est plus dans la liste.")
    youth = open_for_change(db_session, actor, youth_id)
    return db_session.get_one(Wish, wish_id), youth


def _wishes_of(db_session: Session, youth_id: int) -> list[Wish]:
    query = select(Wish).where(Wish.youth_id == youth_id).order_by(Wish.rank, Wish.id)
    return list(db_session.scalars(query))


def _close_ranks(wishes: Sequence[Wish]) -> None:
    ranks = {rank: place for place, rank in enumerate(sorted({one.rank for one in wishes}), 1)}
    for wish in wishes:
        wish.rank = ranks[wish.rank]
