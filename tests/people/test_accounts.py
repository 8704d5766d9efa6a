from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.cast import PASSWORD, STREET, account, actor, party
from yimen.lib.errors import Forbidden, Invalid, Refused, Unseen
from yimen.lib.time import now, today
from yimen.people import actions, queries
from yimen.people.models import Account, Mandate, Token

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]


def test_an_account_without_a_password_cannot_be_guessed() -> None:
    made = actions.create_account(
        "New.Clerk", kind="staff", street=STREET, by=actor("admin"), at=now()
    )
    assert made.username == "new.clerk" and not made.has_usable_password()


@pytest.mark.parametrize("name", ["clerk", "x", "has space", "-dash", "张三", ""])
def test_a_taken_or_odd_name_is_refused(name: str) -> None:
    with pytest.raises(Invalid) as error:
        actions.create_account(name, kind="staff", street=STREET, by=actor("admin"), at=now())
    assert error.value.errors[0].remedy


def test_a_weak_password_is_refused_with_its_reason() -> None:
    with pytest.raises(Invalid) as error:
        actions.set_password(account("clerk"), "12345678", by=actor("clerk"), at=now())
    assert error.value.errors[0].message


def test_only_oneself_or_an_administrator_sets_a_password() -> None:
    actions.set_password(account("clerk"), "four plain words", by=actor("clerk"), at=now())
    actions.set_password(account("clerk"), "other plain words", by=actor("admin"), at=now())
    with pytest.raises(Forbidden):
        actions.set_password(account("clerk"), "four plain words", by=actor("clerk2"), at=now())


def test_an_administrator_ends_at_the_border_of_the_street() -> None:
    with pytest.raises(Forbidden):
        actions.lock(account("clerk3"), by=actor("admin"), at=now())
    seen = set(queries.accounts_visible_to(actor("admin")).values_list("username", flat=True))
    assert "clerk" in seen and "clerk3" not in seen
    assert queries.accounts_visible_to(actor("clerk")).get() == account("clerk")


def test_a_locked_account_has_no_powers_no_session_and_no_token(client: Client) -> None:
    token = actions.issue_token(account("clerk"), by=actor("admin"), at=now())
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
    client.force_login(account("clerk"))
    actions.lock(account("clerk"), by=actor("admin"), at=now())
    assert not actor("clerk").signed_in
    assert client.get("/desk/bodies/").status_code == 302
    assert Client().get("/api/v1/centres", **bearer).status_code == 401
    assert not Client().login(username="clerk", password=PASSWORD)
    actions.unlock(account("clerk"), by=actor("admin"), at=now())
    assert actor("clerk").can("intake")  # type: ignore[arg-type]


def test_nobody_locks_the_own_account() -> None:
    with pytest.raises(Refused):
        actions.lock(account("admin"), by=actor("admin"), at=now())


def test_only_the_digest_of_a_token_is_kept() -> None:
    token = actions.issue_token(account("machine"), by=actor("admin"), at=now())
    kept = Token.objects.get(account=account("machine"))
    assert token not in (kept.digest, str(kept.pk)) and len(kept.digest) == 64


def test_a_token_is_revoked_by_its_owner_or_an_administrator() -> None:
    actions.issue_token(account("machine"), by=actor("admin"), at=now())
    token = Token.objects.get(account=account("machine"))
    with pytest.raises(Unseen):
        actions.revoke_token(token, by=actor("clerk"), at=now())
    actions.revoke_token(token, by=actor("machine"), at=now())
    assert Token.objects.get(pk=token.pk).revoked_at


class TestMandates:
    def give(self, by: str = "clerk", **changes: object) -> Mandate:
        given = {
            "capacity": "agent", "scope": ["civil-affairs-012"], "valid_from": today(),
            "valid_until": today() + timedelta(days=30), **changes,
        }  # fmt: skip
        who = changes.pop("agent", None) or party("resident2")
        given.pop("agent", None)
        return actions.create_mandate(
            party("resident"),
            who,
            by=actor(by),
            at=now(),
            **given,  # type: ignore[arg-type]
        )

    def test_it_covers_its_matter_on_its_days_until_revoked(self) -> None:
        made = self.give()
        pair = (party("resident").pk, party("resident2").pk)
        assert queries.mandate_for(*pair, "civil-affairs-012", today()) == made
        assert queries.mandate_for(*pair, "civil-affairs-013", today()) is None
        late = today() + timedelta(days=31)
        assert queries.mandate_for(*pair, "civil-affairs-012", late) is None
        actions.revoke_mandate(made, by=actor("resident"), at=now())
        assert queries.mandate_for(*pair, "civil-affairs-012", today()) is None

    def test_a_guardian_does_not_lay_down_the_guardianship_alone(self) -> None:
        held = Mandate.objects.get(principal=party("child"), capacity="guardian")
        browser = Client()
        browser.force_login(account("resident"))
        page = browser.post(f"/me/mandates/{held.pk}/end/")
        assert page.status_code == 403 and "带证件到窗口更正" in page.content.decode()
        held.refresh_from_db()
        assert held.revoked_at is None
        actions.revoke_mandate(held, by=actor("clerk"), at=now())

    def test_it_survives_a_merge_of_the_agent(self) -> None:
        made = self.give()
        actions.merge(
            party("twin"), party("resident2"), reason="同一个人", number_decided=True,
            by=actor("clerk"), at=now(),
        )  # fmt: skip
        found = queries.mandate_for(
            party("resident").pk, party("twin").pk, "civil-affairs-012", today()
        )
        assert found == made

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"valid_until": None}, "valid_until"),
            ({"valid_until": date(2020, 1, 1)}, "valid_until"),
            ({"scope": []}, "scope"),
            ({"capacity": "friend"}, "capacity"),
        ],
    )
    def test_what_is_wrong_is_named(self, changes: dict[str, object], field: str) -> None:
        with pytest.raises(Invalid) as error:
            self.give(**changes)
        assert field in [e.field for e in error.value.errors]

    def test_a_guardian_may_stay_without_end(self) -> None:
        assert self.give(capacity="guardian", valid_until=None).valid_until is None

    def test_nobody_takes_a_mandate_over_somebody_else(self) -> None:
        with pytest.raises(Forbidden):
            self.give(by="resident2")

    def test_the_database_refuses_what_must_never_be(self) -> None:
        made = self.give()
        for wrong in ({"agent_id": made.principal_id}, {"scope": []}, {"valid_until": None}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Mandate.objects.filter(pk=made.pk).update(**wrong)


def test_the_database_refuses_a_locked_account_that_is_active() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(username="clerk").update(locked_at=now())
