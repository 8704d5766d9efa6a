from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tests.cast import OTHER_STREET, STREET, actor, facts, load_cast, party
from yimen.ledger.models import Entry
from yimen.lib.errors import Forbidden, Invalid, Stale, Unseen
from yimen.lib.time import now
from yimen.people import actions, queries
from yimen.people.models import Disclosure, Party

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
REAL = "11010519491231002X"


def new(by: str = "clerk", street: str = STREET, **changes: Any) -> Party:
    given: dict[str, Any] = {
        "name": "甲乙丙", "id_type": "resident_id", "id_number": REAL, "phone": "19900009999",
        **changes,
    }  # fmt: skip
    return actions.find_or_register(street, by=actor(by), at=now(), **given)


def error_fields(error: Any) -> list[str]:
    return [e.field for e in error.value.errors]


class TestRegister:
    def test_numbers_are_sealed_and_only_masks_are_kept(self) -> None:
        made = new()
        raw = Party.objects.filter(pk=made.pk).values().get()
        assert made.id_mask == "110105********002X"
        assert made.phone_mask == "199****9999"
        told = repr({k: bytes(v) if isinstance(v, memoryview) else v for k, v in raw.items()})
        assert REAL not in told and "19900009999" not in told

    def test_birth_and_sex_come_from_the_number(self) -> None:
        made = new()
        assert (str(made.birth_date), made.sex) == ("1949-12-31", "2")

    def test_the_same_number_however_typed_is_the_same_person(self) -> None:
        made = new()
        assert new(id_number="１１０１０５ 19491231 002x", name="甲 乙丙").pk == made.pk
        assert Party.objects.filter(name="甲乙丙").count() == 1

    def test_two_streets_keep_a_record_each(self) -> None:
        assert new().pk != new(by="clerk3", street=OTHER_STREET).pk

    def test_a_wrong_check_digit_says_what_and_what_to_do(self) -> None:
        with pytest.raises(Invalid) as error:
            new(id_number="110105194912310021", phone="123")
        assert error_fields(error) == ["id_number", "phone"]
        assert all(e.message and e.remedy for e in error.value.errors)
        assert not Party.objects.filter(name="甲乙丙").exists()

    def test_an_unknown_area_does_not_block(self) -> None:
        row = facts("resident")
        assert new(id_number=row["id_number"], name=row["name"]).pk == party("resident").pk

    def test_another_name_on_the_same_number_is_asked_about(self) -> None:
        made = new()
        with pytest.raises(Invalid) as error:
            new(name="甲乙炳")
        assert error.value.code == "name_differs"
        assert "甲乙丙" in str(error.value.errors[0].message)
        assert new(name="甲乙炳", on_name_differs="keep").name == "甲乙丙"
        assert new(name="甲乙炳", on_name_differs="correct").name == "甲乙炳"
        acts = Entry.objects.filter(stream=f"party:{made.pk}").order_by("seq")
        assert [e.act for e in acts] == ["registered", "name_corrected"]

    def test_a_resident_is_not_told_the_name_on_record(self) -> None:
        new()
        with pytest.raises(Invalid) as error:
            new(by="resident", name="别人")
        assert "甲乙丙" not in str(error.value.errors[0].message)

    def test_persons_without_documents_are_registered(self) -> None:
        one = new(id_type="other", id_number="", name="无名", phone="")
        two = new(id_type="other", id_number="", name="无名", phone="")
        assert one.pk != two.pk and one.id_index is None
        three = new(id_type="other", id_number="", name="无名", phone="19900008888")
        assert new(id_type="other", id_number="", name="无名", phone="19900008888").pk == three.pk

    def test_a_desk_learns_a_new_telephone_a_stranger_does_not(self) -> None:
        new()
        assert new(by="resident", phone="19900007777").phone_mask == "199****9999"
        assert new(phone="19900007777").phone_mask == "199****7777"

    def test_who_has_no_desk_registers_nobody(self) -> None:
        for name in ("auditor", "supervisor", "editor"):
            with pytest.raises(Forbidden):
                new(by=name)

    def test_the_ledger_holds_no_personal_data(self) -> None:
        made = new()
        actions.update_details(
            made, phone="19900001234", address={"road": "秘密路", "number": "7"},
            by=actor("clerk"), at=now(),
        )  # fmt: skip
        told = "".join(
            Entry.objects.filter(stream=f"party:{made.pk}").values_list("data", flat=True)
        )
        for secret in ("甲乙丙", REAL, "1234", "秘密路", "1949"):
            assert secret not in told
        assert '"phone_mask"' in told

    def test_an_old_version_is_refused(self) -> None:
        made = new()
        actions.update_details(made, version=1, phone="", by=actor("clerk"), at=now())
        with pytest.raises(Stale):
            actions.update_details(made, version=1, phone="", by=actor("clerk"), at=now())

    def test_a_resident_changes_the_own_telephone_but_not_the_birth_date(self) -> None:
        me, by = party("resident"), actor("resident")
        assert actions.update_details(me, phone="19900005555", by=by, at=now()).version == 2
        with pytest.raises(Forbidden):
            actions.update_details(me, birth_date=me.birth_date, by=by, at=now())
        with pytest.raises(Unseen):
            actions.update_details(party("twin"), phone="", by=by, at=now())

    def test_a_number_is_corrected_but_never_doubled(self) -> None:
        made = new()
        with pytest.raises(Invalid) as error:
            actions.correct_document(
                made, id_type="resident_id", id_number=facts("twin")["id_number"],
                by=actor("clerk"), at=now(),
            )  # fmt: skip
        assert error.value.code == "taken"
        fixed = actions.correct_document(
            made, id_type="passport", id_number="E12345678", by=actor("clerk"), at=now()
        )
        assert queries.by_document(STREET, "passport", "e1234 5678") == fixed
        assert queries.by_document(STREET, "resident_id", REAL) is None

    def test_the_database_itself_refuses_a_second_record(self) -> None:
        made = new()
        with pytest.raises(IntegrityError), transaction.atomic():
            Party.objects.create(
                street=STREET, sort="person", name="x", id_type="resident_id", id_sealed=b"x",
                id_index=made.id_index, id_mask="x", created_at=now(),
            )  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            Party.objects.create(
                street=STREET, sort="person", name="x", id_type="passport", created_at=now()
            )


class TestSearch:
    @pytest.mark.parametrize("typed", ["林晓棠", "林", "linxiaotang", "lin xiao", "Lin"])
    def test_by_name_in_characters_or_letters(self, typed: str) -> None:
        assert party("resident") in queries.search(STREET, typed, actor("clerk"))

    def test_by_number_only_in_full(self) -> None:
        row, by = facts("resident"), actor("clerk")
        for field in ("id_number", "phone"):
            assert queries.search(STREET, row[field], by) == [party("resident")]
            assert queries.search(STREET, row[field][:-1], by) == []
        assert queries.search(STREET, row["id_number"][-5:], by) == []

    def test_each_sees_only_their_own(self) -> None:
        assert queries.search(STREET, "林晓棠", actor("clerk3")) == []
        assert queries.search(OTHER_STREET, "黄一舟", actor("clerk")) == []
        for name in ("auditor", "supervisor", "editor", "courier", "resident2"):
            assert queries.search(STREET, "林晓棠", actor(name)) == []
        mine = {p.name for p in queries.visible_to(actor("resident"))}
        assert mine == {"林晓棠", "林小满", "赵秀珍"}

    def test_it_costs_one_query(self, django_assert_num_queries: Any) -> None:
        by = actor("clerk")
        with django_assert_num_queries(1):
            queries.search(STREET, "林", by)


class TestDisclose:
    def test_who_saw_what_and_why_is_on_record(self) -> None:
        who = party("resident")
        shown = actions.disclose(
            who, "id_number", reason="核对证件", about="31019900120261123000012",
            by=actor("clerk"), at=now(),
        )  # fmt: skip
        assert shown == facts("resident")["id_number"]
        row = queries.disclosures_of(who)[0]
        assert (row.account.username, row.field, row.reason) == ("clerk", "id_number", "核对证件")
        assert row.appointment is not None
        entry = Entry.objects.filter(stream=f"party:{who.pk}").latest("seq")
        assert entry.act == "disclosed" and "核对" not in entry.data

    @pytest.mark.parametrize("reason", ["", " ", "x"])
    def test_no_reason_no_number(self, reason: str) -> None:
        with pytest.raises(Invalid):
            actions.disclose(party("resident"), "phone", reason=reason, by=actor("clerk"), at=now())
        assert not Disclosure.objects.exists()

    @pytest.mark.parametrize(
        ("name", "refusal"),
        [("assistant", Forbidden), ("admin", Forbidden), ("clerk3", Unseen), ("auditor", Unseen),
         ("resident2", Unseen)],
    )  # fmt: skip
    def test_who_may_not(self, name: str, refusal: type[Exception]) -> None:
        with pytest.raises(refusal):
            actions.disclose(party("resident"), "phone", reason="看看", by=actor(name), at=now())

    def test_a_party_sees_the_own_number(self) -> None:
        shown = actions.disclose(
            party("resident"), "phone", reason="本人", by=actor("resident"), at=now()
        )
        assert shown == facts("resident")["phone"]

    def test_a_sealed_number_does_not_open_in_another_row(self) -> None:
        mine, other = party("resident"), party("mother")
        Party.objects.filter(pk=other.pk).update(id_sealed=mine.id_sealed)
        with pytest.raises(Exception, match="does not open"):
            actions.disclose(
                party("mother"), "id_number", reason="试试", by=actor("clerk"), at=now()
            )


def at_once(count: int, do: Callable[[int], Any]) -> list[Any]:
    """Run `do` in threads that begin together; results or exceptions in order."""
    gate, found = threading.Barrier(count), [None] * count

    def run(n: int) -> None:
        try:
            gate.wait()
            found[n] = do(n)
        except Exception as error:
            found[n] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.django_db(transaction=True)
def test_two_clerks_at_once_register_one_person() -> None:
    load_cast()
    by = [actor("clerk"), actor("clerk2")] * 3

    def register(n: int) -> Party:
        return actions.find_or_register(
            STREET, name="甲乙丙", id_type="resident_id", id_number=REAL, by=by[n], at=now()
        )

    found = at_once(6, register)
    assert len({p.pk for p in found}) == 1
    assert Party.objects.filter(name="甲乙丙").count() == 1
    assert Entry.objects.filter(stream=f"party:{found[0].pk}").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_merges_crosswise_end_with_one_living_record() -> None:
    load_cast()
    pair = [party("twin"), party("twin_again")]
    by = actor("clerk")

    def merge(n: int) -> Any:
        return actions.merge(pair[n], pair[1 - n], reason="同一个人", by=by, at=now())

    found = at_once(2, merge)
    assert sum(isinstance(one, Exception) for one in found) == 1
    assert Party.objects.filter(name="周建国", merged_into=None).count() == 1


@pytest.mark.parametrize("sql", ["UPDATE people_disclosure SET reason = 'x'",
                                 "DELETE FROM people_disclosure"])  # fmt: skip
def test_who_looked_cannot_be_changed_or_removed(sql: str) -> None:
    actions.disclose(party("resident"), "phone", reason="核对", by=actor("clerk"), at=now())
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(sql)
    assert Disclosure.objects.count() == 1
