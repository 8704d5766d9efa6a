"""What clients ask for: prepared requests of every kind, for the product and for the references."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any
from urllib.parse import quote

import orjson

from bench import floor, mould, residents
from bench.crew import http_request
from bench.floor import Act, Intake, Written
from bench.lives import MATTERS, lives

CENTRE = "31019900101"
MATTER = "housing-fund-003"
SEED = 20261102
WORDS = (
    "社保卡丢了怎么办", "孩子上幼儿园", "办居住证", "失业了能领多少钱", "公积金提取", "老人补贴",
    "低保", "残疾证", "开小吃店", "生孩子报销", "医保卡换卡", "租房补贴", "退休手续", "户口迁移",
    "结婚登记", "lost my card", "low income allowance", "open a shop", "pension", "rent subsidy",
)  # fmt: skip


def token(username: str) -> str:
    """A bearer token of that account."""
    from yimen.lib.actor import system
    from yimen.lib.time import now
    from yimen.people.actions import issue_token
    from yimen.people.models import Account

    return issue_token(Account.objects.get(username=username), by=system(), at=now())


def session(username: str) -> str:
    """The Cookie header of somebody who signed in with a browser."""
    from django.conf import settings
    from django.test import Client

    from yimen.people.models import Account

    client = Client()
    client.force_login(
        Account.objects.get(username=username),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"


# --- intake -------------------------------------------------------------------------------------


@cache
def material_codes() -> list[str]:
    from yimen.matters.queries import content_of, current

    return [material.code for material in content_of(current(MATTER)).materials]


def submission(name: str, id_number: str, phone: str) -> bytes:
    """The body of POST /api/v1/cases: everything is there, so that the case can be accepted."""
    materials = [{"code": code, "given": "original"} for code in material_codes()]
    person = {"name": name, "id_type": "resident_id", "id_number": id_number, "phone": phone}
    facts = {"bank_name": "示例银行", "bank_account": "6200000000000000000"}
    body = {
        "matter": MATTER, "centre": CENTRE, "channel": "counter", "applicant": person,
        "materials": materials, "facts": facts,
    }  # fmt: skip
    return orjson.dumps(body)


def known_residents(count: int) -> list[tuple[str, str]]:
    """Names and numbers of people who are on record."""
    from yimen.people.models import Party
    from yimen.people.sealed import open_document

    parties = Party.objects.filter(street=CENTRE[:9], id_type="resident_id", sort="person")
    return [(p.name, open_document(p)) for p in parties.order_by("-id")[:count]]


def intakes(port: int, count: int, first: int) -> Iterator[str]:
    """Every second applicant is new, every second one known. `first`: an index nobody had."""
    bearer, known = token("clerk"), known_residents(2000)
    for n in range(count):
        index = residents.ONLINE + first + n
        name, number = residents.name(index), residents.id_number(index)
        phone = residents.phone(index)
        if n % 2 and known:
            (name, number), phone = known[n % len(known)], ""
        yield http_request(
            port, "POST", "/api/v1/cases", token=bearer, body=submission(name, number, phone)
        )


def intake_floor() -> Intake:
    """What two intakes write, of somebody new and of somebody known, asked of the product and
    undone."""
    from django.db import connection, transaction

    index = residents.ONLINE - 2
    new = (residents.name(index), residents.id_number(index), residents.phone(index))
    with transaction.atomic(), connection.cursor() as cursor:
        columns = mould.tables(cursor)
        watched = columns | {"procrastinate_jobs": []}
        bearer, since = token("clerk"), mould.begun(cursor)
        before, found = mould.written(cursor, watched, since), []
        for person in (new, (*known_residents(1)[0], "")):
            number = _submitted(bearer, submission(*person))
            after = mould.written(cursor, watched, since)
            found.append(Written(mould.less(after, before), columns, number))
            before = after
        transaction.set_rollback(True)
    return Intake(*found)


def _submitted(bearer: str, body: bytes) -> str:
    """Hand in by the API, inside this process; returns the case's number."""
    from django.test import Client

    answer = Client(headers={"host": "localhost"}).post(
        "/api/v1/cases", body, "application/json", headers={"authorization": f"Bearer {bearer}"}
    )
    if answer.status_code != 201:
        raise RuntimeError(f"the product refused a submission: {answer.content.decode()}")
    return str(answer.json()["number"])


# --- act ----------------------------------------------------------------------------------------


def acts(port: int, most: int = 8000) -> list[list[str]]:
    """For so many cases that wait for their review: finish the task, then decide."""
    from yimen.bodies.queries import holders_of
    from yimen.cases.models import Task
    from yimen.lib.actor import Can
    from yimen.people.models import Account

    tasks = (
        Task.objects.filter(sort="review", state__in=Task.OPEN, case__stage="handling")
        .filter(case__matter_code__in=MATTERS)
        .exclude(street=floor.STREET)
        .values_list("id", "body_id", "case__number", "case__version")
    )
    bearers: dict[Any, str] = {}
    pairs = []
    for task, body, number, version in tasks[:most]:
        if body not in bearers:
            held = Account.objects.filter(pk__in=holders_of(body, (Can.DECIDE,)))
            bearers[body] = token(held.order_by("username")[0].username) if held else ""
        if bearers[body]:
            pairs.append(_act_pair(port, bearers[body], str(task), number, version))
    random.Random(SEED).shuffle(pairs)
    return pairs


def _act_pair(port: int, bearer: str, task: str, number: str, version: int) -> list[str]:
    finish = {"act": "finish", "version": version, "task": task, "reason": "情况属实。"}
    decide = {
        "act": "decide", "version": version + 1, "outcome": "granted", "reason": "符合规定的条件。"
    }  # fmt: skip
    path = f"/api/v1/cases/{number}/acts"
    return [
        http_request(port, "POST", path, token=bearer, body=orjson.dumps(body))
        for body in (finish, decide)
    ]


def act_floor() -> Act:
    """What finishing a task and deciding write, asked of the product and undone."""
    from django.db import connection, transaction

    life = next(one for one in lives() if one.shape == "handling")
    with connection.cursor() as cursor:
        columns = mould.tables(cursor)
        watched = columns | {"procrastinate_jobs": []}
        with transaction.atomic():
            since = mould.begun(cursor)
            number = mould.lived(life)
            states = [mould.written(cursor, watched, since)]
            for verb in ("finish", "decide"):
                mould.act(number, verb)
                states.append(mould.written(cursor, watched, since))
            transaction.set_rollback(True)
    return Act(states, columns, number)


# --- reading ------------------------------------------------------------------------------------


def samples(count: int) -> list[tuple[str, str, str]]:
    """(number, enquiry code, street) of cases spread over the whole table."""
    from yimen.cases.models import Case
    from yimen.lib.crypto import unseal

    total = Case.objects.count()
    share = min(100.0, 150.0 * count / max(total, 1))
    real = Case.objects.exclude(street=floor.STREET)
    cases = real.extra(where=[f"random() * 100 < {share}"])
    found = cases.values_list("number", "enquiry_code", "street")[:count]
    return [(n, unseal(code, about=f"case:{n}"), street) for n, code, street in found]


def at_counter(count: int) -> list[str]:
    """Numbers of cases that were handed in and are accepted at the clerk's own counter."""
    from yimen.cases.models import Case

    mine = Case.objects.filter(street=CENTRE[:9], centre_id=CENTRE, accepting_id=CENTRE)
    return list(mine.order_by("-id").values_list("number", flat=True)[:count])


def tracks(port: int, known: Sequence[tuple[str, str, str]]) -> Iterator[str]:
    for number, code, _street in known:
        body = orjson.dumps({"number": number, "code": code})
        yield http_request(port, "POST", "/api/v1/track", body=body)


def searches(port: int) -> Iterator[str]:
    for words in WORDS:
        yield http_request(port, "GET", f"/api/v1/matters?q={quote(words)}")


def bodies_of(username: str) -> list[str]:
    """The bodies that an officer works for."""
    from yimen.bodies.queries import actor_for
    from yimen.lib.actor import Can
    from yimen.people.models import Account

    actor = actor_for(Account.objects.get(username=username))
    return [str(body) for body in actor.bodies(Can.HANDLE, Can.DECIDE, Can.HEAD)]


def pages(username: str, count: int) -> list[list[Any]]:
    """Where the pages of an officer's worklist begin: [bodies, due, id] for the floor."""
    from yimen.cases.models import Task

    bodies = bodies_of(username)
    first = [bodies, "-infinity", "00000000-0000-0000-0000-000000000000"]
    open_tasks = Task.objects.filter(body_id__in=bodies, state__in=Task.OPEN)
    rows = open_tasks.order_by("due_at", "id").values_list("due_at", "id")[: count * 20]
    return [first, *[[bodies, str(due), str(pk)] for due, pk in rows[19::20]]]


def worklists(port: int, username: str, count: int) -> list[str]:
    """The first page of what an officer sees, and the pages after it, as the answers lead on."""
    from http.client import HTTPConnection

    bearer, path, found = token(username), "/api/v1/cases?limit=20", []
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    cursor = ""
    for _page in range(count):
        where = path + (f"&cursor={quote(cursor)}" if cursor else "")
        found.append(http_request(port, "GET", where, token=bearer))
        connection.request("GET", where, headers={"Authorization": f"Bearer {bearer}"})
        cursor = orjson.loads(connection.getresponse().read())["next"]
        if not cursor:
            break
    return found


def gets(port: int, paths: Sequence[str], cookie: str) -> list[str]:
    """Pages for somebody who is signed in with a browser."""
    return [http_request(port, "GET", path, Cookie=cookie) for path in paths]
