"""Papers hop by hop: nobody's paper is nobody's, and nothing is recorded twice."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.cast import STREET, actor
from yimen.custody import actions, queries, ticks
from yimen.custody.actions import NewPaper
from yimen.custody.models import Hop, Paper, Parcel
from yimen.custody.rules import Found
from yimen.ledger.models import Entry
from yimen.lib import time
from yimen.lib.errors import Forbidden, Invalid, Refused, Unseen
from yimen.lib.time import now

CASE = "31019900101202611230001757"
CENTRE, CIVIL, MEDICAL = "centre-31019900101", "bo-civil-affairs", "bo-medical-insurance"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast", "monday")]


def taken_in(*papers: NewPaper) -> list[Paper]:
    wanted = papers or (
        NewPaper("户口簿", "original", must_return=True),
        NewPaper("申请表", copies=2),
    )
    return actions.register_papers(
        CASE, wanted, street=STREET, body=CENTRE, by=actor("clerk"), at=now()
    )


def acts(paper: Paper) -> list[str]:
    found = Entry.objects.filter(stream=f"paper:{paper.code}").order_by("seq")
    return list(found.values_list("act", flat=True))


def test_registered_with_codes_of_their_own():
    papers = taken_in()
    assert len({p.code for p in papers}) == 2
    assert [p.name for p in queries.of_case(CASE)] == ["户口簿", "申请表"]
    assert [p.name for p in queries.originals_out(CASE)] == ["户口簿"]
    assert acts(papers[0]) == ["registered"]
    assert "户口簿" not in str(list(Entry.objects.values_list("data", flat=True)))
    with pytest.raises(Forbidden):
        actions.register_papers(
            CASE, [NewPaper("x")], street=STREET, body=CIVIL, by=actor("clerk"), at=now()
        )


def test_sent_and_received():
    book, form = taken_in()
    slip = actions.send([book, form], CIVIL, by=actor("clerk"), at=now())
    book.refresh_from_db()
    assert (book.state, book.to_body, book.expected_by.hour) == (
        "in_transit",
        CIVIL,
        6,
    )  # 14:00 +08
    assert {p.pk for p in queries.coming_to(actor("officer"))} == {book.pk, form.pk}
    done = actions.scan(book.code, by=actor("officer"), at=now())
    assert done.found is Found.RECEIVED and not done.flagged
    book.refresh_from_db()
    assert (book.state, book.holder_body, book.to_id) == ("held", CIVIL, None)
    hop = Hop.objects.get(paper=book)
    assert hop.transfer == slip and hop.scanned_at == now() and hop.flag == ""
    assert acts(book) == ["registered", "sent", "scanned"]


def test_scanning_twice_is_once():
    book, _form = taken_in()
    actions.send(book, CIVIL, by=actor("clerk"), at=now())
    actions.scan(book.code, by=actor("officer"), at=now())
    again = actions.scan(f" {book.code} ", by=actor("officer"), at=now())
    assert again.found is Found.ALREADY
    assert Hop.objects.filter(paper=book).count() == 1
    assert acts(book).count("scanned") == 1


def test_found_at_the_wrong_body_is_recorded_and_flagged():
    book, _form = taken_in()
    actions.send(book, CIVIL, by=actor("clerk"), at=now())
    done = actions.scan(book.code, by=actor("officer2"), at=now())
    assert done.found is Found.ELSEWHERE and done.flagged
    hop = Hop.objects.get(paper=book)
    assert (hop.to_body, hop.found_body, hop.flag) == (CIVIL, MEDICAL, "elsewhere")
    assert Paper.objects.get(pk=book.pk).holder_body == MEDICAL
    moved = actions.scan(book.code, by=actor("officer"), at=now())
    assert moved.found is Found.UNANNOUNCED
    assert Hop.objects.filter(paper=book).count() == 2


def test_the_sender_may_take_it_back():
    book, _form = taken_in()
    actions.send(book, CIVIL, by=actor("clerk"), at=now())
    assert actions.scan(book.code, by=actor("clerk"), at=now()).found is Found.BACK
    assert Paper.objects.get(pk=book.pk).holder_body == CENTRE


def test_what_cannot_be_sent():
    book, form = taken_in()
    with pytest.raises(Refused, match="same_body"):
        actions.send(book, CENTRE, by=actor("clerk"), at=now())
    with pytest.raises(Forbidden):
        actions.send(book, CIVIL, by=actor("officer"), at=now())
    with pytest.raises(Invalid):
        actions.send([], CIVIL, by=actor("clerk"), at=now())
    with pytest.raises(Invalid):
        actions.send(book, "no-such-body", by=actor("clerk"), at=now())
    actions.send(book, CIVIL, by=actor("clerk"), at=now())
    with pytest.raises(Refused, match="paper_not_held"):
        actions.send([book, form], CIVIL, by=actor("clerk"), at=now())
    assert Paper.objects.get(pk=form.pk).state == "held"


def test_unknown_codes_and_people_without_a_seat():
    with pytest.raises(Unseen):
        actions.scan("9990010000000000", by=actor("clerk"), at=now())
    book, _form = taken_in()
    with pytest.raises(Forbidden):
        actions.scan(book.code, by=actor("resident"), at=now())


def test_a_missing_scan_is_on_the_senders_list(monday):
    book, form = taken_in()
    actions.send([book, form], CIVIL, by=actor("clerk"), at=now())
    actions.scan(form.code, by=actor("officer"), at=now())
    assert ticks.overdue(now()) == 0
    with time.at(monday + timedelta(hours=4)):
        assert list(queries.overdue(actor("clerk"), now())) == []
    late = monday + timedelta(hours=4, minutes=1)
    with time.at(late):
        assert [p.pk for p in queries.overdue(actor("clerk"), now())] == [book.pk]
        assert [p.holder_account for p in queries.overdue(actor("assistant"), now())] == [
            actor("clerk").account
        ]
        assert list(queries.overdue(actor("officer2"), now())) == []
        assert list(queries.overdue(actor("resident"), now())) == []
        assert (ticks.overdue(now()), ticks.overdue(now())) == (1, 0)
        assert acts(book)[-1] == "scan_missing"
        actions.scan(book.code, by=actor("officer"), at=now())
        assert list(queries.overdue(actor("clerk"), now())) == []


def test_originals_come_back_by_name_one_by_one():
    book, form = taken_in()
    with pytest.raises(Invalid):
        actions.return_original(book, to="  ", by=actor("clerk"), at=now())
    actions.return_original(book, to="欧阳㛃", by=actor("clerk"), at=now())
    assert list(queries.originals_out(CASE)) == []
    assert Hop.objects.get(paper=book).receiver == "欧阳㛃"
    assert "欧阳" not in str(list(Entry.objects.values_list("data", flat=True)))
    with pytest.raises(Refused):
        actions.return_original(book, to="欧阳㛃", by=actor("clerk"), at=now())
    with pytest.raises(Refused, match="paper_ended"):
        actions.scan(book.code, by=actor("clerk"), at=now())
    actions.archive(form, by=actor("clerk"), at=now())


def test_originals_are_not_filed_away_and_results_are_not_originals():
    (book,) = taken_in(NewPaper("户口簿", "original", must_return=True))
    (card,) = taken_in(NewPaper("敬老卡", "result"))
    with pytest.raises(Refused, match="must_return"):
        actions.archive(book, by=actor("clerk"), at=now())
    with pytest.raises(Refused, match="not_an_original"):
        actions.return_original(card, to="甲", by=actor("clerk"), at=now())
    with pytest.raises(Refused, match="not_a_result"):
        actions.hand_over_result(book, to="甲", by=actor("clerk"), at=now())
    assert actions.hand_over_result(card, to="甲", by=actor("clerk"), at=now()).state == "delivered"


def test_lost_and_found():
    book, _form = taken_in()
    actions.send(book, CIVIL, by=actor("clerk"), at=now())
    with pytest.raises(Forbidden):
        actions.report_lost(book, reason="找不到", by=actor("officer2"), at=now())
    actions.report_lost(book, reason="档案室和收发室都找过", by=actor("clerk"), at=now())
    assert not Hop.objects.filter(paper=book, scanned_at=None).exists()
    done = actions.scan(book.code, by=actor("officer2"), at=now())
    assert done.found is Found.LOST_FOUND and done.paper.state == "held"


def test_the_database_refuses_a_second_open_hop():
    book, _form = taken_in()
    actions.send(book, CIVIL, by=actor("clerk"), at=now())
    hop = Hop.objects.get(paper=book)
    hop.pk = None
    from yimen.lib.ids import new_id

    hop.id = new_id()
    with pytest.raises(IntegrityError), transaction.atomic():
        hop.save(force_insert=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Paper.objects.filter(pk=book.pk).update(state="held")


def test_who_sees_what():
    book, _form = taken_in()
    assert queries.visible_to(actor("clerk")).filter(pk=book.pk).exists()
    assert not queries.visible_to(actor("officer")).filter(pk=book.pk).exists()
    assert queries.visible_to(actor("assistant")).filter(pk=book.pk).exists()
    actions.send(book, CIVIL, by=actor("clerk"), at=now())
    assert queries.visible_to(actor("officer")).filter(pk=book.pk).exists()
    actions.scan(book.code, by=actor("officer"), at=now())
    assert queries.visible_to(actor("clerk")).filter(pk=book.pk).exists(), "it passed through"
    assert not queries.visible_to(actor("resident")).exists()


def test_sending_many_takes_few_statements_each(django_assert_max_num_queries):
    papers = taken_in(*(NewPaper(f"材料{n}") for n in range(12)))
    by = actor("clerk")
    with django_assert_max_num_queries(12 + 12 * 5):
        actions.send(papers, CIVIL, by=by, at=now())


# -- parcels -----------------------------------------------------------------------------------


def posted() -> tuple[Parcel, Paper, Paper]:
    (card,) = taken_in(NewPaper("敬老卡", "result"))
    (book,) = taken_in(NewPaper("户口簿", "original", must_return=True))
    return actions.order_parcel(CASE, [card, book], by=actor("clerk"), at=now()), card, book


def test_a_parcel_moves_with_time_alone(monday):
    from yimen.custody import errands

    parcel, card, book = posted()
    errands.order({"parcel": str(parcel.pk)}, key=str(parcel.pk))
    errands.order({"parcel": str(parcel.pk)}, key=str(parcel.pk))
    parcel.refresh_from_db()
    assert parcel.tracking.startswith("DEMO")
    with time.at(monday + timedelta(hours=5)):
        assert ticks.couriers(now()) == 2
        assert ticks.couriers(now()) == 0
    with time.at(monday + timedelta(hours=30)):
        assert ticks.couriers(now()) == 1
    states = [Paper.objects.get(pk=p.pk).state for p in (card, book)]
    assert states == ["delivered", "returned"]
    assert Parcel.objects.get(pk=parcel.pk).state == "delivered"
    assert list(queries.originals_out(CASE)) == []


DELIVERED = []


def note_delivery(parcel, *, at):
    DELIVERED.append((parcel.case_number, at))


def test_whom_it_concerns_is_told_in_the_same_act(settings):
    settings.YIMEN_PARCEL_DELIVERED = [f"{__name__}.note_delivery"]
    DELIVERED.clear()
    parcel, _card, _book = posted()
    for _twice in range(2):
        actions.parcel_event(parcel, "delivered", by=actor("courier"), at=now())
    assert [(CASE, now())] == DELIVERED


def test_a_parcel_sent_back_is_expected(monday):
    parcel, card, _book = posted()
    actions.parcel_event(parcel, "returned", by=actor("clerk"), at=now())
    assert Paper.objects.get(pk=card.pk).expected_by == monday + timedelta(hours=4)
    with time.at(monday + timedelta(hours=5)):
        assert queries.overdue(actor("clerk"), now()).count() == 2
        assert actions.scan(card.code, by=actor("clerk"), at=now()).found is Found.BY_PARCEL
        assert queries.overdue(actor("clerk"), now()).count() == 1


def test_numbers_are_typed_in_once(settings):
    settings.YIMEN_COURIER = "yimen.custody.couriers.ByHand"
    parcel, *_papers = posted()
    with pytest.raises(Forbidden):
        actions.set_tracking(parcel, "EA1", by=actor("officer"), at=now())
    actions.set_tracking(parcel, "EA1", by=actor("clerk"), at=now())
    actions.set_tracking(parcel, "EA1", by=actor("clerk"), at=now())
    with pytest.raises(Refused):
        actions.set_tracking(parcel, "EA2", by=actor("clerk"), at=now())
    assert ticks.couriers(now()) == 0


def test_other_cases_papers_stay_out():
    (card,) = taken_in(NewPaper("敬老卡", "result"))
    with pytest.raises(Refused, match="other_case"):
        actions.order_parcel("1", [card], by=actor("clerk"), at=now())


@pytest.mark.django_db(transaction=True)
def test_two_clerks_scan_at_once():
    """Whoever comes second finds it there, and there is one hop."""
    import threading

    book, _form = taken_in()
    actions.send(book, CIVIL, by=actor("clerk"), at=now())
    by, at, found = actor("officer"), now(), []

    def go():
        try:
            found.append(actions.scan(book.code, by=by, at=at).found)
        finally:
            connection.close()

    threads = [threading.Thread(target=go) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [Found.ALREADY] * 3 + [Found.RECEIVED]
    assert Hop.objects.filter(paper=book).count() == 1
