"""What a call may come to: a machine of pure values. No sound, no exchange, no database.

`begin()` gives the first state and turn; `step(state, event)` the next. A turn says prompts (codes
with facts), then either waits for a key or has something done, whose result is the next event.
Keys: digits, `#` ends an entry (in a menu: the call), `*` begins the entry anew. 0 leads to the
service desk from everywhere: in a menu at once, in an entry when it stands alone (`0#`, or 0 and a
pause), because numbers and codes hold zeros too. 8 alone where the enquiry number is keyed asks for a visit
at home, which is a call back with that wish. Every call ends: silence three times, three wrong
codes, or the last of `BUDGET` events.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

NUMBER_LONG, CODE_LONG, REACH_LONG = 8, 6, 20
WAIT_S, BETWEEN_S = 6.0, 4.0  # for the first key, and for the next one
PATIENCE, WRONG_A_CALL, BUDGET = 3, 3, 200
HOME_KEY, HOME = "8", "home"  # the key, and the wish of whoever pressed it
DIGITS = frozenset("0123456789")
KEYS = DIGITS | {"*", "#"}


class At(StrEnum):
    """Where a call stands."""

    NUMBER = "number"  # the enquiry number is being keyed
    CODE = "code"
    LOOKING = "looking"
    MENU = "menu"  # told; again, another, the desk, or the end
    LAST = "last"  # nothing to tell; the desk or the end
    DESK = "desk"  # being put through
    OFFER = "offer"  # a call back?
    REACH = "reach"  # on which number
    CONFIRM = "confirm"
    TAKING = "taking"
    OVER = "over"


ENTRIES = (At.NUMBER, At.CODE, At.REACH)
LONGEST = {At.NUMBER: NUMBER_LONG, At.CODE: CODE_LONG, At.REACH: REACH_LONG}
BUSY = (At.LOOKING, At.DESK, At.TAKING)


class Do(StrEnum):
    """What is to be done once the prompts are said."""

    WAIT = "wait"
    LOOK_UP = "look_up"
    DESK = "desk"
    CALL_BACK = "call_back"
    HANG_UP = "hang_up"


class Outcome(StrEnum):
    """What a call came to, the best of it."""

    NOTHING = "nothing"
    WRONG = "wrong"  # numbers and codes that did not fit
    DOWN = "down"  # we could not look it up
    TOLD = "told"
    CALL_BACK = "call_back"
    TRANSFERRED = "transferred"


# -- what a turn says ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Prompt:
    """A sentence by its code; `text` is what a higher house says in full, `facts` fill a gap."""

    code: str
    text: str = ""
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    say: tuple[Prompt, ...] = ()
    do: Do = Do.WAIT
    wait_s: float = WAIT_S


# -- what happens --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Key:
    key: str
    early: bool = False  # pressed when we had hardly begun to speak


@dataclass(frozen=True, slots=True)
class Silence:
    """No key in the time of the turn."""


@dataclass(frozen=True, slots=True)
class Told:
    """The answer to number and code, in sentences. `about` names the thing for a call back."""

    sentences: tuple[str, ...]
    about: str = ""


class Not(StrEnum):
    """Why there is no answer. A wrong number and a wrong code cannot be told apart."""

    FOUND = "not_found"
    YET = "too_many"  # too many tries from this line within a minute
    ABLE = "down"


@dataclass(frozen=True, slots=True)
class Untold:
    why: Not


class Desk(StrEnum):
    """What became of putting through."""

    ANSWERED = "answered"
    BUSY = "busy"
    CLOSED = "closed"
    NONE = "none"  # no exchange that could put through


@dataclass(frozen=True, slots=True)
class PutThrough:
    desk: Desk
    hours: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """The call back is written down: the question's number, and by which day."""

    number: str
    by: str


@dataclass(frozen=True, slots=True)
class Untaken:
    """It was not: the number cannot be one (`again`), or we could not write."""

    again: bool = False


Event = Key | Silence | Told | Untold | PutThrough | Taken | Untaken


@dataclass(frozen=True, slots=True)
class State:
    """Everything that the machine remembers of a call."""

    at: At = At.NUMBER
    keyed: str = ""
    number: str = ""
    code: str = ""
    told: Told | None = None
    known: bool = False  # does the exchange say the caller's number?
    reach: str = ""  # where to call back; "" is the number of the call
    wish: str = ""  # what the call back is for, beyond a question
    misses: int = 0
    wrong: int = 0
    left: int = BUDGET
    full: bool = False  # did the last digit fill an entry? Then a # after it is only a habit
    said: tuple[Prompt, ...] = ()
    outcome: Outcome = Outcome.NOTHING

    @property
    def over(self) -> bool:
        return self.at is At.OVER


Next = tuple[State, Turn]
RANK = list(Outcome)


def begin(*, known: bool) -> Next:
    """A call comes in; `known`: with its number."""
    say = (Prompt("greeting"), Prompt("offer_home"), Prompt("ask_number"))
    return State(known=known, said=say), Turn(say)


def step(state: State, event: Event) -> Next:
    """The next state and turn. An event that does not fit where the call stands changes nothing."""
    if state.over:
        return state, Turn(do=Do.HANG_UP)
    state = replace(state, left=state.left - 1)
    if state.left <= 0:
        return _end(state, Prompt("goodbye"))
    if state.at in BUSY:
        state, turn = _result(state, event)
    else:
        state, turn = _heard(replace(state, full=False), event, habit=state.full)
    return replace(state, said=turn.say or state.said), turn


def _heard(state: State, event: Event, *, habit: bool) -> Next:
    """A key or a pause. Many press # after a number that was full already: a `habit` that means
    nothing, least of all the end of the call; what it broke off is said again."""
    if isinstance(event, Silence):
        return _silence(state)
    if not isinstance(event, Key) or event.key not in KEYS:
        return state, Turn(wait_s=BETWEEN_S)
    if habit and event.early and event.key == "#":
        return state, Turn(state.said)
    return _entry(state, event.key) if state.at in ENTRIES else _menu(state, event.key)


def _reached(state: State, outcome: Outcome) -> State:
    return replace(state, outcome=max(state.outcome, outcome, key=RANK.index))


def _end(state: State, *say: Prompt) -> Next:
    return replace(state, at=At.OVER, keyed=""), Turn(say, Do.HANG_UP)


def _go(state: State, at: At, *before: Prompt) -> Next:
    """To a place where a key is waited for, with what is said there."""
    return replace(state, at=at, keyed="", misses=0), Turn((*before, *_asks(at, state)))


def _asks(at: At, state: State) -> tuple[Prompt, ...]:
    if at is At.CONFIRM:
        return (Prompt("confirm_reach", facts=(("number", state.reach),)),)
    codes = {
        At.NUMBER: "ask_number", At.CODE: "ask_code", At.MENU: "menu", At.LAST: "last",
        At.OFFER: "offer", At.REACH: "ask_reach",
    }  # fmt: skip
    return (Prompt(codes[at]),)


# -- entries -------------------------------------------------------------------------------------


def _entry(state: State, key: str) -> Next:
    if key == "*":
        return _go(state, state.at, Prompt("cleared"))
    if key == "#":
        return _entered(state)
    state = replace(state, keyed=state.keyed + key)
    if len(state.keyed) < LONGEST[state.at]:
        return state, Turn(wait_s=BETWEEN_S)
    return _entered(replace(state, full=True))


def _entered(state: State) -> Next:
    if state.keyed == "0":
        return _to_desk(state)
    if not state.keyed:
        return _missed(state, Prompt("nothing_keyed"))
    if state.at is At.NUMBER and state.keyed == HOME_KEY:
        at = At.OFFER if state.known else At.REACH
        return _go(replace(state, wish=HOME), at, Prompt("home"))
    if state.at is At.REACH:
        return _go(replace(state, reach=state.keyed), At.CONFIRM)
    if len(state.keyed) < LONGEST[state.at]:
        return _missed(state, Prompt(f"short_{state.at}"))
    if state.at is At.NUMBER:
        return _go(replace(state, number=state.keyed), At.CODE)
    return replace(state, at=At.LOOKING, code=state.keyed, keyed="", misses=0), Turn(do=Do.LOOK_UP)


def _missed(state: State, why: Prompt) -> Next:
    """Nothing, or too little: asked again, and given up after some times."""
    misses = state.misses + 1
    if misses >= PATIENCE:
        return _end(state, Prompt("goodbye"))
    again = replace(state, keyed="", misses=misses)
    return again, Turn((why, *_asks(state.at, state)))


def _silence(state: State) -> Next:
    if state.at in ENTRIES and state.keyed:
        return _entered(state)  # the pause ends an entry as # does
    return _missed(state, Prompt("nothing_keyed"))


# -- menus ---------------------------------------------------------------------------------------


def _menu(state: State, key: str) -> Next:
    if key == "0":
        return _to_desk(state)
    if key == "#":
        return _end(state, Prompt("goodbye"))
    choose = {At.MENU: _after_told, At.OFFER: _offered, At.CONFIRM: _confirmed}.get(state.at)
    found = choose(state, key) if choose else None
    return found or _missed(state, Prompt("not_a_choice"))


def _after_told(state: State, key: str) -> Next | None:
    if key in "1*" and state.told:
        return _tell(state, state.told)
    if key == "2":
        return _go(replace(state, told=None, number="", code=""), At.NUMBER)
    return None


def _offered(state: State, key: str) -> Next | None:
    if key == "1" and state.known:
        return replace(state, at=At.TAKING, reach=""), Turn(do=Do.CALL_BACK)
    return _go(state, At.REACH) if key == "2" else None


def _confirmed(state: State, key: str) -> Next | None:
    if key == "1":
        return replace(state, at=At.TAKING), Turn(do=Do.CALL_BACK)
    return _go(state, At.REACH) if key in "2*" else None


def _to_desk(state: State) -> Next:
    return replace(state, at=At.DESK, keyed="", misses=0), Turn(do=Do.DESK)


def _tell(state: State, told: Told, *after: Prompt) -> Next:
    spoken = tuple(Prompt("told", text=sentence) for sentence in told.sentences)
    state, turn = _go(replace(state, told=told), At.MENU, *spoken, *after)
    return _reached(state, Outcome.TOLD), turn


# -- what was done -------------------------------------------------------------------------------


def _result(state: State, event: Event) -> Next:
    if state.at is At.LOOKING and isinstance(event, Told):
        return _tell(state, event)
    if state.at is At.LOOKING and isinstance(event, Untold):
        return _untold(state, event.why)
    if state.at is At.DESK and isinstance(event, PutThrough):
        return _put_through(state, event)
    if state.at is At.TAKING and isinstance(event, Taken):
        facts = (("number", event.number), ("day", event.by))
        return _end(_reached(state, Outcome.CALL_BACK), Prompt("taken", facts=facts))
    if state.at is At.TAKING and isinstance(event, Untaken):
        if event.again:
            return _go(replace(state, reach=""), At.REACH, Prompt("no_such_number"))
        return _end(_reached(state, Outcome.DOWN), Prompt("not_taken"))
    return _go(state, At.LAST, Prompt("down"))  # whoever did it answers something else: a way out


def _untold(state: State, why: Not) -> Next:
    if why is Not.ABLE:
        return _go(_reached(state, Outcome.DOWN), At.LAST, Prompt("down"))
    state = _reached(replace(state, wrong=state.wrong + 1, number="", code=""), Outcome.WRONG)
    if why is Not.YET:
        return _go(state, At.LAST, Prompt("too_many"))
    if state.wrong >= WRONG_A_CALL:
        return _go(state, At.LAST, Prompt("not_found"), Prompt("wrong_too_often"))
    return _go(state, At.NUMBER, Prompt("not_found"))


def _put_through(state: State, event: PutThrough) -> Next:
    if event.desk is Desk.ANSWERED:
        return _end(_reached(state, Outcome.TRANSFERRED))
    facts = (("hours", event.hours),) if event.desk is Desk.CLOSED else ()
    why = Prompt(f"desk_{event.desk}", facts=facts)
    # without the caller's number there is no choice to offer
    return _go(state, At.OFFER if state.known else At.REACH, why)
