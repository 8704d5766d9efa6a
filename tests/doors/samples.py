"""Arguments for every address: which thing of the town each name is tried with.

A name without arguments needs no line here. Several samples of one name are told apart by a word
in brackets, as in the table: `cases:detail [excluded]`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from tests.cast import CENTRE, party
from tests.doors import duty, lines
from tests.doors.town import HOUSING, Town
from yimen.config import api

NOBODY = "00000000-0000-7000-8000-000000000000"
MATTER, DRAFTED = "civil-affairs-001", "civil-affairs-018"


@dataclass(frozen=True)
class Sample:
    """One address to try, with what is asked or sent."""

    name: str
    args: tuple[Any, ...] = ()
    variant: str = ""
    query: dict[str, str] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def row(self) -> str:
        return f"{self.name} [{self.variant}]" if self.variant else self.name

    @property
    def leads(self) -> bool:
        """Are there arguments, as many as the address needs?"""
        try:
            return bool(self.path)
        except NoReverseMatch:
            return False

    @property
    def path(self) -> str:
        address = reverse(self.name, args=self.args)
        return f"{address}?{urlencode(self.query)}" if self.query else address


def names() -> dict[str, Any]:
    """Every named address with its view. Those without a name only lead on to named ones."""
    return {name: view for name, view in _walk(get_resolver().url_patterns, "") if name}


def operations() -> dict[str, set[str]]:
    """The methods of every operation of the API, by the name of its address."""
    found: dict[str, set[str]] = {}
    for router in api.api._routers:
        for view in router[1].path_operations.values():
            for operation in view.operations:
                name = f"api:{operation.view_func.__name__}"
                found.setdefault(name, set()).update(operation.methods)
    return found


def _walk(patterns: Any, space: str) -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = ":".join(filter(None, (space, pattern.namespace)))
            yield from _walk(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield ":".join(filter(None, (space, pattern.name))), pattern.callback


def samples(town: Town) -> dict[str, list[Sample]]:
    """Every name with what it is tried with."""
    given = _given(town)
    return {
        name: [Sample(name, variant=v, **how) for v, how in given.get(name, {"": {}}).items()]
        for name in names()
    }


def _one(*args: Any, **more: Any) -> dict[str, dict[str, Any]]:
    return {"": {"args": args, **more}}


def _cases(town: Town, *tail: Any, **more: Any) -> dict[str, dict[str, Any]]:
    """The same address of the own case, of one that complains of an office, and of another street."""
    numbers = {
        "": town.number,
        "excluded": town.excluded.case.number,
        "elsewhere": town.elsewhere.case.number,
    }
    return {v: {"args": (number, *tail), **more} for v, number in numbers.items()}


def _ending(town: Town) -> dict[str, dict[str, Any]]:
    """A guardianship, which nobody lays down alone, and a plain mandate."""
    return {"": {"args": (town["mandate"],)}, "agent": {"args": (town["mandate_paper"],)}}


def _acts(town: Town, acts: dict[str, str]) -> dict[str, dict[str, Any]]:
    """An act on a case in a stage where it applies: `{act: stage}`."""
    return {
        act: {"args": (town.stages[stage].case.number, act), "data": {"act": act}}
        for act, stage in acts.items()
    }


DESK_ACTS = {
    "accept": "received", "not_accept": "received", "supplement": "received", "offer": "handling",
    "supplied": "supplementing", "hold": "handling", "extend": "handling", "sign": "handling",
    "return": "handling", "finish": "handling", "decide": "handling", "deliver": "decided",
    "confirm": "delivering", "withdraw": "received", "urge": "handling", "void": "received",
    "revoke": "decided", "correct": "decided", "external": "handling", "post": "handling",
    "answer_objection": "handling", "lapse": "supplementing",
}  # fmt: skip


def _given(town: Town) -> dict[str, dict[str, dict[str, Any]]]:
    number = town.number
    return {
        **_of_cases(town, number), **_of_intake(town), **_of_houses(town), **_of_figures(town), **_of_people(town),
        **_of_api(town, number), **_of_accounts(), **lines.samples(town, _one),
        **duty.samples(town, _one),
    }  # fmt: skip


def _of_cases(town: Town, number: str) -> dict[str, dict[str, dict[str, Any]]]:
    posted = town["posted"]
    return {
        "cases:detail": _cases(town),
        "cases:ledger": _cases(town),
        "cases:ledger_json": _cases(town),
        "cases:print": _cases(town, "receipt"),
        "cases:reveal": _cases(town, data={"field": "id_number", "reason": "核对身份证号"})
        | {"answer": {"args": (number,), "data": {"field": "fact:bank_account", "reason": "发放"}}},
        "cases:file": _cases(town, town["file"]),
        "cases:spot": _cases(town),
        "cases:contact": _one(posted, town["objection"]),
        "cases:act": _acts(town, DESK_ACTS)
        | {"excluded": {"args": (town.excluded.case.number, "accept")}},
        "cases:cases": {"": {}, "search": {"query": {"q": number}}},
        "cases:export": {"": {}, "search": {"query": {"q": number}}},
        "cases:posting": _one(town["posting"]),
        "cases:objected": _one(town["posting"]),
        "cases:verify": {
            "": {},
            "code": {"query": {"code": town.stages["closed"].results[0].code}},
        },
        "cases:mine_case": _cases(town),
        "cases:mine_file": _cases(town, town["file"]),
        "cases:mine_print": _cases(town, "receipt"),
        "cases:mine_act": _one(number, "withdraw"),
        "feedback:own-case": _one(town.stages["not_accepted"].case.number),
        "feedback:invited": _one(*town["invitation"], data={"do": "stop"}),
        "feedback:detail": _one(town["rating"]),
        "feedback:publish": _one(town["rating"], data={"do": "propose", "answer": "已改"}),
        "feedback:act": _one(town["rating"], "reply"),
        "contacts:detail": _one(town["enquiry"]),
        "contacts:act": _one(town["enquiry"], "close"),
        "phone:call": _one(town["call"]),
        "phone:done": _one(town["owed"]),
        "phone:undo": _one(town["owed"]),
        "custody:case": _cases(town),
        "custody:labels": _cases(town),
        "custody:paper": {
            "": {"args": (town["paper"],)},
            "excluded": {"args": (town["paper_excluded"],)},
        },
        "custody:transfer": {
            "": {"args": (town["transfer"],)},
            "excluded": {"args": (town["slip_excluded"],)},
        },
        "custody:slip": {
            "": {"args": (town["transfer"],)},
            "excluded": {"args": (town["slip_excluded"],)},
        },
        "custody:parcel": _one(town["parcel"]),
    }


def _of_intake(town: Town) -> dict[str, dict[str, dict[str, Any]]]:
    return {
        "intake:suggest": _one(query={"q": "低保"}),
        "intake:sitting": _one(town["draft"]),
        "intake:done": _one(town["sent"]),
        "intake:receipt": _one(town["sent"]),
        "intake:finish": _one(town["sent"]),
        "intake:pass_on": _one(town["sent"]),
        "intake:bundle": _one(town["bundle"]),
        "intake:hand_over": _one(town["bundle"]),
        "intake:bundle_receipt": _one(town["bundle"]),
        "intake:own_bundle": _one(town["bundle"]),
        "intake:life_event": _one("birth"),
        "intake:apply": _one(MATTER),
        "intake:answers": _one(town["typed"]),
        "intake:materials": _one(town["typed"]),
        "intake:review": _one(town["typed"]),
        "intake:discard": _one(town["typed"]),
        "intake:draft_file": _one(town["typed"], "resident-id"),
        "intake:sent": _one(town["gone"]),
        "intake:own_receipt": _one(town["gone"]),
    }


def _of_houses(town: Town) -> dict[str, dict[str, dict[str, Any]]]:
    return {
        "matters:blank_form": _one(town["form"]),
        "matters:sample_form": _one(town["form"]),
        "matters:guide": _one(MATTER),
        "matters:guide_print": _one(MATTER),
        "matters:life_event": _one("birth"),
        "knowledge:cited": _one(query={"law": "某某办法", "article": "第一条"}),
        "matters:settle": _one(town["missed"]),
        "matters:synonym_drop": _one(town["synonym"]),
        "matters:matter": _one(MATTER),
        "matters:edit": _one(MATTER),
        "matters:diff": _one(DRAFTED),
        "matters:publish": _one(DRAFTED),
        "matters:retire": _one(HOUSING),
        "matters:discard": _one(DRAFTED),
        "notices:correct": _one(town["announcement"]),
        "notices:end": _one(town["announcement"]),
        "notices:letter": _one(town["letter"]),
        "notices:manage": _one(town["letter"], "post"),
        "notices:resend-errand": _one(town["errand"]),
        "pages:search": {
            "": {"query": {"q": "低保"}, "data": {"q": "低保"}},
            "number": {"query": {"q": town.number}, "data": {"q": town.number}},
        },
    }


def _of_figures(town: Town) -> dict[str, dict[str, dict[str, Any]]]:
    month = {"month": "2026-03"}
    acts = month | {"person": town["worker"], "what": "received"}
    return {
        "reports:acts": _one(query=acts),
        "reports:charged": _one(query=month | {"body": "bo-civil-affairs"}),
        "reports:workload": _one(query=month),
        "reports:behind": _one(query={"figure": "open"}),
        "reports:urge": _one(query={"body": "bo-civil-affairs"}),
        "knowledge:search": {"": {}, "words": {"query": {"q": "签注"}}},
        "knowledge:article": _one(town["article"]),
        "knowledge:article_desk": _one(town["article_draft"]),
        "knowledge:article_rewrite": _one(town["article_draft"]),
        "knowledge:article_act": _one(town["article_draft"], "publish"),
        "knowledge:document": _one(town["law"]),
        "knowledge:standing": _one(town["law"]),
        "bridges:detail": _one(town["system"]),
        "bridges:change": _one(town["system"]),
        "bridges:rest": _one(town["system"]),
        "bridges:platform": _one(town["system"], data={"mapping_name": "12345", "hours": "24"}),
        "bridges:copy-out": _one(town["system"]),
        "bridges:resend": _one(town["system"], town["errand"]),
    }


def _of_people(town: Town) -> dict[str, dict[str, dict[str, Any]]]:
    who, other = town["party"], town["other"]
    return {
        "bodies:body": _one(town["body"]),
        "bodies:create_seat": _one(town["body"]),
        "bodies:end_appointment": _one(town["appointment"]),
        "bodies:end_rule": _one(town["rule"]),
        "bodies:end_cover": _one(town["cover"]),
        "bodies:account": _one(town["account"]),
        "bodies:appoint": _one(town["account"]),
        "bodies:lock": _one(town["account"]),
        "bodies:sign_out": _one(town["account"]),
        "bodies:password": _one(town["account"]),
        "bodies:second_factor": _one(town["account"]),
        "bodies:issue_token": _one(town["account"]),
        "bodies:revoke_token": _one(town["token"]),
        "people:unmerge": _one(town["merge"]),
        "people:end_mandate": _ending(town),
        "people:me_end_mandate": _ending(town),
        "people:party": {"": {"args": (who,)}, "elsewhere": {"args": (town["neighbour"],)}},
        "people:reveal": {
            "": {"args": (who, "id_number"), "data": {"reason": "核对身份证号"}},
            "elsewhere": {"args": (town["neighbour"], "id_number"), "data": {"reason": "核对号码"}},
        },
        "people:hand_out_binding": _one(who),
        "people:edit": _one(who),
        "people:correct": _one(who),
        "people:choose_twin": _one(who),
        "people:erase": _one(who, data={"reason": "本人申请", "confirmed": "on"}),
        "people:merge": _one(who, other),
        "people:give_mandate": _one(who),
        "people:me_reveal": _one("phone"),
        "people:mandate_paper": _one(town["mandate_paper"]),
    }


def _of_api(town: Town, number: str) -> dict[str, dict[str, dict[str, Any]]]:
    who = town["party"]
    return {
        "api:get_case": _cases(town),
        "api:get_ledger": _cases(town),
        "api:do_act": _cases(town, data={"act": "urge", "reason": "催一催"}),
        "api:list_cases": {"": {}, "search": {"query": {"q": number}}},
        "api:get_track": _one(query={"number": number, "code": "not-it"}),
        "api:papers": {"": {}, "excluded": {"query": {"case": town.excluded.case.number}}},
        "api:paper": {
            "": {"args": (town["paper"],)},
            "excluded": {"args": (town["paper_excluded"],)},
        },
        "api:take_ticket": _one(data={"centre": CENTRE, "person": {"name": "吴新人", "id_type": "other"}}),
        "api:list_slots": _one(town["windows"]),
        "api:create_booking": _one(data={"resource": str(town["windows"]), "starts": town["booked"]}),
        "api:get_booking": _one(town["booking"]),
        "api:act_on_booking": {
            "": {"args": (town["booking"],), "data": {"act": "change", "starts": town["booked"]}},
            "arrive": {"args": (town["booking"],), "data": {"act": "arrive"}},
        },
        "api:give_rating": _one(data={"number": number, "code": "not-it", "level": 4}),
        "api:get_ticket": _one(town["ticket"]),
        "api:next_ticket": _one(town["window"]),
        "api:act_at_window": _one(town["window"], data={"act": "recall"}),
        "api:hall_queue": _one(CENTRE),
        "api:hall_stream": _one(CENTRE),
        "bookings:one": _one(town["booking"]),
        "bookings:change": _one(town["booking"], data={"starts": town["booked"]}),
        "bookings:ics": _one(town["booking"]),
        "bookings:desk_one": _one(town["booking"]),
        "bookings:desk_change": _one(town["booking"], data={"starts": town["booked"]}),
        "bookings:hours": {
            "": {"args": (town["windows"],), "data": {"do": "set", "lines": "工作日 9:00-16:00 9",
                 "slot_min": "30", "ahead_days": "14", "notice_min": "60", "is_active": "on"}},
            "close": {"args": (town["windows"],), "data": {"do": "close", "day": "2026-12-24"}},
        },
        "counters:appointments": {
            "": {"args": (CENTRE,), "data": {"do": "find", "q": "1"}},
            "offer": {"args": (CENTRE,), "data": {"do": "offer"}},
        },
        "counters:appointment_new": _one(
            CENTRE, query={"desk": "general"},
            data={"starts": "2026-03-31T10:00", "channel": "desk", "name": "张三", "phone": "13900001234"},
        ),
        "counters:appointments_print": _one(CENTRE),
        "counters:appointment_slip": _one(CENTRE, town["booking"]),
        "counters:book_what": _one(CENTRE),
        "counters:book_when": _one(CENTRE, "general", data={"starts": "2026-03-31T10:00"}),
        "counters:kiosk_check_in": _one(CENTRE, data={"code": "00000000"}),
        "counters:kiosk_book": _one(CENTRE, query={"desk": "general"}, data={"starts": "2026-03-31T10:00"}),
        "supervision:posting": {
            "": {"args": (town["selection"],), "data": {"text": "不同意"}},
            "not posted": {"args": (town["selection_new"],)},
        },
        "supervision:figures": _one(town["selection"]),
        "supervision:selection": _one(town["selection"]),
        "supervision:propose": _one(town["selection_new"], data={"why": ""}),
        "supervision:post": _one(town["selection_new"]),
        "supervision:decide": _one(town["selection"], data={"reason": ""}),
        "supervision:answer_posting": _one(town["selection_said"], data={"text": "核过"}),
        "supervision:complained": _one(),
        "supervision:complaint": _one(town["complaint"]),
        "supervision:answer_complaint": _one(town["complaint"]),
        "supervision:name_accused": _one(town["complaint"]),
        "supervision:extend": _one(town["complaint"]),
        "supervision:visit": {
            "": {"args": (town["visit"],)}, "hidden": {"args": (town["visit_hidden"],)},
            "announced": {"args": (town["visit_open"],)},
        },
        "supervision:sheet": {
            "": {"args": (town["visit"],)}, "hidden": {"args": (town["visit_hidden"],)},
        },
        "supervision:call_off": {
            "hidden": {"args": (town["visit_hidden"],)},
            "announced": {"args": (town["visit_open"],)},
        },
        "supervision:photo": _one(town["visit_hidden"], town["photo_hidden"]),
        "supervision:object_to": {
            "": {"args": (town["lost"],), "data": {"text": "不对"}},
            "hidden": {"args": (town["lost_hidden"],), "data": {"text": "不对"}},
        },
        "supervision:set_measure": {
            "": {"args": (town["lost"],)}, "hidden": {"args": (town["lost_hidden"],)},
        },
        "supervision:answer": _one(town["visit_objection"], data={"level": "met", "text": "是"}),
        "supervision:measure": _one(town["measure"], data={"note": "好了", "good": "yes"}),
        "homeservice:ask": _one(data={"whom": "other", "name": "钱阿婆", "phone": "13900000777",
                                      "hard_to_move": "on", "centre": CENTRE}),
        "homeservice:one": _one(town["home"]),
        "homeservice:kiosk": _one(CENTRE, data={"name": "钱", "phone": "13900000777", "hard_to_move": "on"}),
        "homeservice:new": _one(query={"person": str(party("child").pk)}, data={"hard_to_move": "on"}),
        "homeservice:visit": {
            "": {"args": (town["home"],), "data": {"do": "cancel"}},
            "taken": {"args": (town["home_in"],), "data": {"do": "bring"}},
        },
        "homeservice:mandate": {"": {"args": (town["home"],)}, "taken": {"args": (town["home_in"],)}},
        "homeservice:hand_in": {
            "": {"args": (town["home_in"],), "data": {"do": "intake"}},
            "not yet": {"args": (town["home"],), "data": {"do": "intake"}},
        },
        "homeservice:route": _one(town["route"], data={"do": "call_off"}),
        "homeservice:route_new": _one(data={"day": "2026-03-31"}),
        "homeservice:stop": _one(town["stop"], data={"act": "arrive"}),
        "homeservice:phone": _one(town["stop"]),
        "workforce:end_contract": _one(town["contract"], data={"last_day": "2027-12-31"}),
        "workforce:assign": _one(CENTRE),
        "workforce:draft": _one(CENTRE, data={"first": "2026-03-16", "last": "2026-03-17"}),
        "workforce:need": _one(CENTRE),
        "workforce:sheet": _one(CENTRE, "2026-03"),
        "workforce:export": _one(CENTRE, "2026-03"),
        "workforce:session": _one(town["session"]),
        "workforce:enrol": _one(town["session"]),
        "workforce:results": _one(town["session"]),
        "workforce:check": _one(CENTRE),
        "workforce:drop": _one(town["duty"]),
        "workforce:ask_swap": _one(town["duty"]),
        "workforce:decide_leave": _one(town["leave"], data={"answer": "yes"}),
        "workforce:cancel_leave": _one(town["leave"]),
        "workforce:answer_swap": _one(town["swap"], data={"answer": "yes"}),
        "workforce:decide_swap": _one(town["swap"], data={"answer": "yes"}),
        "workforce:cancel_swap": _one(town["swap"]),
        "counters:window": _one(town["window"], data={"do": "recall"}),
        "counters:reception": _one(CENTRE, data={"desk": "general"}),
        "counters:ticket": _one(town["ticket"], data={"do": "leave"}),
        "counters:ticket_paper": _one(town["ticket"]),
        "counters:figures": _one(CENTRE, query={"by": "desk"}),
        "counters:figures_tickets": _one(CENTRE, query={"by": "all", "figure": "taken"}),
        "counters:staffing": _one(CENTRE, query={"check": "1"}),
        "counters:figures_csv": _one(CENTRE),
        "counters:figures_xlsx": _one(CENTRE),
        "counters:phone": _one(town["secret"], data={"do": "leave"}),
        "counters:phone_rate": _one(town["secret"]),
        "counters:tablet": _one(town["window"], town["tablet"], data={"level": "5"}),
        "counters:join": _one(CENTRE, data={"desk": "general"}),
        "counters:kiosk": _one(CENTRE),
        "counters:kiosk_take": _one(CENTRE, data={"desk": "general"}),
        "counters:kiosk_ticket": _one(CENTRE, town["secret"]),
        "counters:kiosk_find": _one(CENTRE, query={"q": "低保"}),
        "counters:kiosk_guide": _one(CENTRE, MATTER),
        "counters:kiosk_law": _one(CENTRE, query={"q": "签注"}),
        "counters:kiosk_track": _one(CENTRE, data={"number": "1", "code": "1"}),
        "counters:kiosk_rate": _one(CENTRE, data={"number": "1", "code": "1"}),
        "counters:kiosk_plan": _one(CENTRE),
        "counters:wall": _one(CENTRE),
        "counters:spoken": _one(CENTRE, f"{CENTRE}05"),
        "counters:snapshot": _one(CENTRE),
        "api:scan": _one(data={"code": town["paper"]}),
        "api:report": _one(town["tracking"], data={"state": "delivered"}),
        "api:find": _one(query={"q": "低保"}),
        "api:one": _one(MATTER),
        "api:body": _one("bo-civil-affairs"),
        "api:route": _one(query={"field": "civil-affairs"}),
        "api:search": _one(data={"q": "林晓棠"}),
        "api:party": {"": {"args": (who,)}, "elsewhere": {"args": (town["neighbour"],)}},
        "api:change": _one(who, data={"version": 1}),
        "api:disclose": _one(who, data={"field": "phone", "reason": "核对号码"}),
        "api:disclosures": _one(who),
        "api:merge": _one(who, data={"drop": str(town["other"]), "reason": "同一人"}),
        "api:erase": _one(who, data={"reason": "本人申请"}),
        "api:unmerge": _one(town["merge"]),
        "api:give_mandate": _one(
            who,
            data={"agent": str(town["mother"]), "capacity": "agent", "valid_from": "2026-03-11"},
        ),
        "api:register": _one(data={"name": "吴新人", "id_type": "other", "phone": "19900000099"}),
        "api:create_case": {
            "": {"data": CASE},
            "online": {"data": CASE | {"channel": "online"}},
        },
        "api:end_mandate": _ending(town),
        "api:set_rule": _one(data=RULE),
        "api:appoint": _one(data=SEAT),
        "api:cover": _one(
            data={
                "appointment": str(town["appointment"]), "deputy": "officer4", "reason": "学习",
                "valid_from": "2026-03-20", "valid_until": "2026-03-21",
            }
        ),
    }  # fmt: skip


CASE = {
    "matter": MATTER, "centre": "31019900101", "channel": "counter",
    "applicant": {"name": "林晓棠", "id_type": "resident_id", "id_number": "310199198605204281"},
}  # fmt: skip
RULE = {"field": "tax", "role": "supervises", "body": "audit", "valid_from": "2026-04-01"}
SEAT = {"body": "rc-001", "seat": "officer", "account": "officer3", "valid_from": "2026-04-01"}


def _of_accounts() -> dict[str, dict[str, dict[str, Any]]]:
    return {
        "account_confirm_email": _one("some-key"),
        "account_reset_password_from_key": _one("1", "set-password"),
        "mfa_remove_webauthn": _one(1),
        "mfa_edit_webauthn": _one(1),
        "openid_connect_login": _one("city"),
        "openid_connect_callback": _one("city"),
    }
