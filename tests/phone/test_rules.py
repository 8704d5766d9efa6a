"""The call's machine, over random calls: never a dead end, always an end, the desk from anywhere."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from yimen.phone import rules
from yimen.phone.rules import (
    At,
    Desk,
    Do,
    Key,
    Not,
    Outcome,
    PutThrough,
    Silence,
    State,
    Taken,
    Told,
    Turn,
    Untaken,
    Untold,
)  # fmt: skip

TOLD = Told(("您查的是", "社会保障卡申领", "已受理。"), about="case")
keys = st.builds(Key, st.sampled_from(sorted(rules.KEYS)), st.booleans())
pauses = st.just(Silence())
results = st.one_of(
    st.just(TOLD), st.sampled_from(Not).map(Untold),
    st.sampled_from(Desk).map(lambda d: PutThrough(d, "8:30")),
    st.just(Taken("W12345678", "2026-12-01")), st.booleans().map(Untaken),
)  # fmt: skip
events = st.one_of(keys, keys, keys, pauses, results)


def fitting(turn: Turn, event: rules.Event, result: dict[Do, rules.Event]) -> rules.Event:
    """What the driver would send: a result where something was done, else a key or a pause."""
    return result.get(turn.do, event)


def play(*given: rules.Event | str, known: bool = True) -> tuple[State, Turn]:
    """A call by hand; a text is keyed."""
    state, turn = rules.begin(known=known)
    for one in given:
        for event in map(Key, one) if isinstance(one, str) else [one]:
            state, turn = rules.step(state, event)
    return state, turn


def codes(turn: Turn) -> list[str]:
    return [prompt.code for prompt in turn.say]


def sane(state: State, turn: Turn) -> None:
    assert (turn.do is Do.HANG_UP) == state.over
    assert (turn.do in (Do.LOOK_UP, Do.DESK, Do.CALL_BACK)) == (state.at in rules.BUSY)
    assert turn.wait_s > 0
    if turn.do is Do.LOOK_UP:
        assert len(state.number) == 8 and len(state.code) == 6
    if turn.do is Do.CALL_BACK:
        assert state.known or state.reach, "a call back needs a number"


@given(st.lists(events, max_size=300), st.booleans())
@settings(max_examples=300, deadline=None)
def test_every_call_ends_and_nobody_is_left_in_silence(
    calls: list[rules.Event], known: bool
) -> None:
    state, turn = rules.begin(known=known)
    for event in calls:
        before = state
        state, turn = rules.step(state, event)
        sane(state, turn)
        if not state.over and state.at is not before.at and turn.do is Do.WAIT:
            assert turn.say, "a new place says what can be done there"
    for _more in range(rules.BUDGET + 1):
        state, turn = rules.step(state, Key("1"))
    assert state.over and turn.do is Do.HANG_UP


@given(st.lists(events, max_size=40), st.booleans())
@settings(max_examples=300, deadline=None)
def test_who_says_nothing_more_is_released_soon(calls: list[rules.Event], known: bool) -> None:
    """From wherever a call stands: a few pauses and it is over, with a word of farewell."""
    state, turn = rules.begin(known=known)
    for event in calls:
        state, turn = rules.step(state, event)
    said: list[str] = []
    for _pause in range(2 + 3 * rules.PATIENCE):
        done = {
            Do.LOOK_UP: Untold(Not.ABLE),
            Do.DESK: PutThrough(Desk.BUSY),
            Do.CALL_BACK: Untaken(),
        }
        state, turn = rules.step(state, done.get(turn.do, Silence()))
        said += codes(turn)
    assert state.over


@given(st.lists(events, max_size=60), st.booleans())
@settings(max_examples=300, deadline=None)
def test_the_desk_is_reached_from_anywhere(calls: list[rules.Event], known: bool) -> None:
    state, turn = rules.begin(known=known)
    for event in calls:
        state, turn = rules.step(state, event)
        if state.over or turn.do is not Do.WAIT:
            continue
        tried, done = state, turn
        # in an entry * takes back what was keyed and 0# is the desk; in a menu 0 is
        for key in "*0#" if state.at in rules.ENTRIES else "0":  # a * also ends the habit
            tried, done = rules.step(tried, Key(key))
        assert done.do is Do.DESK or tried.left <= 0, state


@given(st.text("123456789", min_size=8, max_size=8), st.text("0123456789", min_size=6, max_size=6))
def test_number_and_code_are_taken_as_they_are_keyed(number: str, code: str) -> None:
    for text in (number + code, number + "#" + code, "12*" + number + "99*" + code):
        state, turn = play(text) if "#" not in text else play(number, code)
        assert (state.number, state.code, turn.do) == (number, code, Do.LOOK_UP)


def test_a_hash_after_a_full_entry_is_only_a_habit() -> None:
    early = Key("#", early=True)
    state, turn = play("12345678", early)
    assert (state.at, state.misses, codes(turn)) == (At.CODE, 0, ["ask_code"])
    state, turn = play("12345678", early, "123456", TOLD, early)
    assert state.at is At.MENU and [p.text for p in turn.say[:3]] == list(TOLD.sentences)
    assert rules.step(state, Key("#"))[0].over, "the second one ends the call"
    assert play("12345678", "123456", TOLD, "#")[0].over, "so does one after all was said"


def test_zeros_belong_to_numbers_and_codes() -> None:
    state, turn = play("00000012", "000001")
    assert (state.number, state.code, turn.do) == ("00000012", "000001", Do.LOOK_UP)
    assert play("0#")[1].do is Do.DESK
    assert play("0", Silence())[1].do is Do.DESK
    assert play("12345678", "0#")[1].do is Do.DESK


def test_told_then_again_another_and_the_end() -> None:
    state, turn = play("12345678", "123456", TOLD)
    assert [p.text for p in turn.say[:3]] == list(TOLD.sentences)
    assert codes(turn)[-1] == "menu" and state.outcome is Outcome.TOLD
    again, turn = rules.step(state, Key("1"))
    assert [p.text for p in turn.say[:3]] == list(TOLD.sentences)
    other, turn = rules.step(again, Key("2"))
    assert (other.at, other.number, other.code, codes(turn)) == (At.NUMBER, "", "", ["ask_number"])
    over, turn = rules.step(state, Key("#"))
    assert over.over and codes(turn) == ["goodbye"]
    assert rules.step(other, Key("0"))[0].outcome is Outcome.TOLD


def test_wrong_ones_are_asked_again_and_given_up_after_three() -> None:
    once = ("12345678", "123456", Untold(Not.FOUND))
    state, turn = play(*once)
    assert (state.at, codes(turn)) == (At.NUMBER, ["not_found", "ask_number"])
    state, turn = play(*once, *once, *once)
    assert state.at is At.LAST and codes(turn) == ["not_found", "wrong_too_often", "last"]
    assert play(*once, *once, *once, "2")[0].at is At.LAST, "no more tries in this call"


def test_slowed_and_down_are_said_and_leave_a_way() -> None:
    for why, outcome in ((Not.YET, Outcome.WRONG), (Not.ABLE, Outcome.DOWN)):
        state, turn = play("12345678", "123456", Untold(why))
        assert state.at is At.LAST and codes(turn) == [why.value, "last"]
        assert state.outcome is outcome
        assert rules.step(state, Key("0"))[1].do is Do.DESK


def test_a_call_back_on_the_callers_number_or_another() -> None:
    closed = PutThrough(Desk.CLOSED, "8:30")
    state, turn = play("0#", closed)
    assert codes(turn) == ["desk_closed", "offer"]
    mine, turn = rules.step(state, Key("1"))
    assert (turn.do, mine.reach) == (Do.CALL_BACK, "")
    done, turn = rules.step(mine, Taken("W12345678", "2026-12-01"))
    assert done.over and codes(turn) == ["taken"] and done.outcome is Outcome.CALL_BACK
    state, turn = play("0#", closed, "2", "13912345678#", "1")
    assert (turn.do, state.reach) == (Do.CALL_BACK, "13912345678")
    state, turn = play("0#", closed, "2", "139#", "1", Untaken(again=True))
    assert state.at is At.REACH and codes(turn) == ["no_such_number", "ask_reach"]


def test_a_withheld_number_is_asked_for() -> None:
    state, turn = play("0#", PutThrough(Desk.BUSY), known=False)
    assert state.at is At.REACH and codes(turn) == ["desk_busy", "ask_reach"]


def test_put_through_ends_our_part() -> None:
    state, turn = play("0#", PutThrough(Desk.ANSWERED))
    assert state.over and turn.do is Do.HANG_UP and state.outcome is Outcome.TRANSFERRED


def test_eight_alone_asks_for_a_visit_and_is_a_number_otherwise() -> None:
    state, turn = play("8#")
    assert (state.at, state.wish, codes(turn)) == (At.OFFER, "home", ["home", "offer"])
    asked, turn = rules.step(state, Key("1"))
    assert (turn.do, asked.wish) == (Do.CALL_BACK, "home")
    assert play("8", Silence())[0].wish == "home"  # the pause ends an entry as # does
    state, turn = play("8#", known=False)
    assert (state.at, codes(turn)) == (At.REACH, ["home", "ask_reach"])
    state, _turn = play("88888888")
    assert (state.at, state.number, state.wish) == (At.CODE, "88888888", "")
