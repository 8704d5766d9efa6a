"""Which acts somebody may do on a case now, and the form of an act with its choices filled in
from the case. Whether an act is allowed is asked of the verb itself; there is no second rule.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yimen.bodies.models import Appointment, Body
from yimen.cases import perms, posting
from yimen.cases.actions import VERBS
from yimen.cases.actions.end import overdue
from yimen.cases.dossier import Dossier
from yimen.cases.filters import body_choices
from yimen.cases.forms import FORMS, ActForm
from yimen.cases.models import Material, Objection, Task
from yimen.cases.pauses import hold_types
from yimen.cases.queries import wished
from yimen.cases.words import ACTS, GIVEN, WAYS
from yimen.clock.profiles import profile
from yimen.clock.wording import span_words
from yimen.custody.queries import people_names
from yimen.lib.actor import Actor
from yimen.lib.time import now, today
from yimen.look.forms import DateInput
from yimen.look.language import pick
from yimen.matters.content import Words

ENGINE = ("accept", "decide", "deliver")
PER_TASK = ("sign", "finish", "return", "offer", "post", "hold")


def possible(actor: Actor, d: Dossier) -> list[str]:
    """The acts that apply in this stage and that this actor may do, in the order of `ACTS`."""
    if perms.excluded(actor, d):
        return []
    found = [
        name
        for name, verb in VERBS.items()
        if name in ACTS and d.case.stage in verb.stages and verb.may(actor, d).ok
    ]
    if "lapse" in found and not overdue(d, now()):
        found.remove("lapse")  # nothing was asked for, or there is still time
    return sorted(found, key=list(ACTS).index)


def on_task(actor: Actor, d: Dossier, task: Task) -> list[str]:
    """The acts on one open task that this actor may do."""
    found = []
    for name in PER_TASK:
        verb = VERBS[name]
        if d.case.stage in verb.stages and verb.may(actor, d, task=str(task.pk)).ok:
            found.append(name)
    return [name for name in found if _has_object(name, d, task)]


def _has_object(name: str, d: Dossier, task: Task) -> bool:
    """Is there anything on this task for the act to do? Only a matter of showing a button."""
    if name == "sign":
        return task.state == Task.State.OFFERED
    if name == "post":
        return task.sort == "posting" and not task.postings.exists()
    if name in ("finish", "hold"):
        return task.sort not in ENGINE
    if name == "return":
        own = task.owner_id == task.body_id == d.case.lead_id and task.attempt == 1
        return task.sort not in ("decide", "deliver") and not own
    return True


MAIN = {
    "received": ("accept", "supplement", "not_accept"),
    "supplementing": ("supplied",),
    "handling": ("decide", "supplied", "answer_objection"),
    "decided": ("deliver",),
    "delivering": ("confirm", "deliver"),
    "closed": (),
}
SHOWN_TASKS = 2  # a bar with more buttons than this helps nobody


@dataclass(frozen=True)
class Step:
    """A button that carries the case on: the act, and the task that it is about."""

    name: str
    words: Any
    task: Task | None = None
    task_name: str = ""
    key: str = ""  # with Alt; one key is one button, so the second of its sort has none


def steps(actor: Actor, d: Dossier, acts: list[str]) -> list[Step]:
    """What this actor can do next, first their own tasks: sign, then finish."""
    found = []
    for task in d.open_tasks:
        mine = on_task(actor, d, task)
        name = next(
            (n for n in ("sign", "finish") if n in mine and task.body_id in actor.bodies()), ""
        )
        if name and task.sort not in ENGINE:
            found.append(Step(name, ACTS[name], task, task_name(task)))
    main = [Step(n, ACTS[n]) for n in MAIN[d.case.stage] if n in acts and useful(n, d)]
    return _keyed([*found[:SHOWN_TASKS], *main])


def _keyed(found: list[Step]) -> list[Step]:
    first = {step.words.key: step for step in reversed(found)}
    return [replace(s, key=s.words.key if first[s.words.key] is s else "") for s in found]


def useful(name: str, d: Dossier) -> bool:
    """Has the act anything to work on? It only decides what stands in front and what below."""
    if name in ("decide", "deliver"):
        return name == "deliver" or d.open_task("decide") is not None
    if name == "resume":
        return bool(d.open_holds)
    if name in ("correct", "revoke"):
        return d.valid_result is not None
    if name == "extend":
        return d.content.terms.extension is not None and not any(t.extra for t in d.terms)
    if name == "answer_objection":
        return open_objections(d).exists()
    if name == "supplied":
        wanted = (Material.Status.MISSING, Material.Status.LATER)
        return any(m.status in wanted for m in d.materials)
    if name in PER_TASK and name != "hold":
        return False  # these stand with their task
    return name not in ("reopen", "lapse", "solved") or (name == "reopen" and d.kind.rounds)


def open_objections(d: Dossier) -> Any:
    return Objection.objects.filter(posting__case=d.case, answered_at=None).order_by("received_at")


# -- forms -------------------------------------------------------------------------------------


@dataclass
class Filling:
    """What filling in an act's form needs to know."""

    form: Any
    d: Dossier
    actor: Actor
    task: Task | None

    @property
    def lang(self) -> str:
        return get_language() or ""

    def choose(
        self, name: str, choices: list[Any], *, label: Any = None, many: bool = False
    ) -> None:
        """Replace a field by a choice among what the case has."""
        old = self.form.fields[name]
        kind = forms.MultipleChoiceField if many else forms.ChoiceField
        widget = forms.CheckboxSelectMultiple if many else forms.Select
        self.form.fields[name] = kind(
            label=label or old.label, choices=choices, widget=widget, required=old.required,
            help_text=old.help_text,
        )  # fmt: skip

    def start(self, name: str, value: Any) -> None:
        self.form.initial.setdefault(name, value)


def form_for(
    act: str,
    d: Dossier,
    actor: Actor,
    *,
    data: Any = None,
    files: Any = None,
    task: Task | None = None,
) -> ActForm:
    """The form of an act, its choices from the case, bound when there are data."""
    form: Any = FORMS[act](data, files, initial={"version": d.case.version})
    filling = Filling(form, d, actor, task)
    if "task" in form.fields:
        filling.start("task", str(task.pk) if task else "")
    if act in FILL:
        FILL[act](filling)
    form.fields["at"].widget = forms.DateTimeInput({"type": "datetime-local"})
    form.fields["at"].help_text = _("不填就是现在。补录早先发生的事，写当时的时间。")
    form.order_fields([name for name in form.fields if name != "at"] + ["at"])
    form._plain_sentences()
    return form  # type: ignore[no-any-return]


def tasks_for(act: str, d: Dossier, actor: Actor) -> list[Task]:
    """The open tasks on which this act can be done by this actor."""
    return [t for t in d.open_tasks if act in on_task(actor, d, t)]


def _name(f: Filling, code: str) -> str:
    known = f.d.content.material(code)
    return known.name.text(f.lang) if known else code


def _supplement(f: Filling) -> None:
    """Everything that could be missing is on the matter's own list."""
    f.choose("materials", [(m.code, _name(f, m.code)) for m in f.d.materials], many=True)
    f.form.fields["materials"].required = True
    f.start("materials", [m.code for m in f.d.materials if m.status == Material.Status.MISSING])


def _supplied(f: Filling) -> None:
    """Each material that is awaited: is it there, how, and its scan."""
    awaited = (Material.Status.MISSING, Material.Status.LATER)
    lines = [m for m in f.d.materials if m.status in awaited] or list(f.d.materials)
    f.choose("materials", [(m.code, _name(f, m.code)) for m in lines], many=True)
    f.form.fields["materials"].required = True
    if len(lines) == 1:
        f.start("materials", [lines[0].code])
    hows = [(key, str(label)) for key, label in GIVEN.items() if key != "held"]
    for line in lines:
        f.form.fields[f"given_{line.code}"] = forms.ChoiceField(
            label=_("形式"), choices=hows, required=False
        )
        f.form.fields[f"scan_{line.code}"] = forms.FileField(label=_("扫描件"), required=False)
    f.form.mark_optional = False
    f.form.lines = lambda: _lines(f.form, [m.code for m in lines])


def _lines(form: Any, codes: list[str]) -> list[dict[str, Any]]:
    """The parts of each material side by side, for the template."""
    ticked = form["materials"].value() or []
    names = dict(form.fields["materials"].choices)
    return [
        {
            "code": code,
            "name": names[code],
            "ticked": code in ticked,
            "given": form[f"given_{code}"] if f"given_{code}" in form.fields else None,
            "scan": form[f"scan_{code}"],
        }
        for code in codes
    ]


def _hold(f: Filling) -> None:
    """The reasons that the law names, each with its article and its longest time."""
    choices = []
    for key, (rule, article) in hold_types(f.d.content, today()).items():
        words = {
            "name": pick({"zh": rule.name.zh, "en": rule.name.en}),
            "article": _("%(law)s第 %(article)s 条") % {
                "law": _(article.law), "article": article.number
            } if not f.d.content.own_hold(key) else f"{_(article.law)}{article.number}",
            "most": _("最长 %(span)s") % {"span": span_words(rule.maximum)}
            if rule.maximum else _("不设上限"),
        }  # fmt: skip
        choices.append((key, _("%(name)s（%(article)s，%(most)s）") % words))
    f.choose("sort", choices)


def _resume(f: Filling) -> None:
    names = profile(today()).holds
    choices = [
        (h.sort, pick({"zh": n.name.zh, "en": n.name.en}) if (n := names.get(h.sort)) else h.sort)
        for h in f.d.open_holds
    ]
    if len(choices) > 1:
        f.choose("sort", [("", _("全部"))] + choices, label=_("哪一项中止"))


def _extend(f: Filling) -> None:
    rule = f.d.content.terms.extension
    if rule is None:
        return
    f.start("n", rule.n)
    f.form.fields["n"].help_text = _("最多 %(span)s。") % {"span": span_words(rule)}


def _offer(f: Filling) -> None:
    """The bodies that can take the task, and the people who work in them today."""
    here = [("", _("不换单位"))]
    f.choose("body", here + body_choices(f.actor), label=_("交给哪个单位"))
    f.choose("assignee", [("", _("不指定"))] + _staff(f.d.case.street), label=_("交给谁"))
    f.form.fields["assignee"].help_text = _("须是所选单位今天在岗的人员。")


def _staff(street: str, bodies: list[Any] | None = None) -> list[Any]:
    """Who holds a working seat today, grouped by body; one query and one for the names."""
    day = today()
    held = Appointment.objects.filter(
        seat__body__street=street, valid_from__lte=day, account__is_active=True,
        seat__powers__overlap=["handle", "decide", "head", "intake"],
    ).exclude(valid_until__lt=day)  # fmt: skip
    if bodies is not None:
        held = held.filter(seat__body__in=bodies)
    found = list(held.select_related("seat__body", "account").order_by("seat__body__code"))
    names = people_names([a.account_id for a in found])
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in found:
        body = pick({"zh": one.seat.body.name, "en": one.seat.body.name_en})
        pair = (one.account.username, f"{names.get(one.account_id, '')} · {one.account.username}")
        if pair not in groups.setdefault(body, []):
            groups[body].append(pair)
    return list(groups.items())


def _finish(f: Filling) -> None:
    """Only what this sort of task asks for."""
    sort = f.task.sort if f.task else ""
    if sort == "visit":
        committees = Body.objects.filter(street=f.d.case.street, division=f.d.case.place or "-")
        bodies = [*(b.pk for b in committees), *([f.task.body_id] if f.task else [])]
        people = [pair for _body, pairs in _staff(f.d.case.street, bodies) for pair in pairs]
        f.choose("visitors", people, label=_("实地核查人员（两名以上）"), many=True)
        f.form.fields["visitors"].required = True
    else:
        del f.form.fields["visitors"]
    if sort != "check":
        del f.form.fields["consent"], f.form.fields["answer"]
    else:
        f.form.fields["answer"].required = True
        f.form.fields["answer"].help_text = _("与申报不一致的，必须写明情况。")
    f.form.fields["verdict"].required = True
    f.form.fields["reason"].help_text = _("不同意的，必须写明理由。")
    f.form.fields["verdict"].widget = forms.RadioSelect(choices=f.form.fields["verdict"].choices)
    f.start("verdict", "agree")


POSTED_DAYS = 7  # what most procedures ask for; where another number applies it is typed


def _post(f: Filling) -> None:
    if f.task is not None:
        f.start("text", posting.draft(f.d, f.task))
    f.start("starts_on", today())
    f.start("ends_on", today() + timedelta(days=POSTED_DAYS))
    for name in ("starts_on", "ends_on"):
        f.form.fields[name].widget = DateInput()


def _deliver(f: Filling) -> None:
    """The ways of this matter first; any other is still possible."""
    own = list(f.d.content.delivery)
    ways = [c for c in f.form.fields["way"].choices if c[0]]
    ways.sort(key=lambda c: own.index(c[0]) if c[0] in own else len(own))
    wish = wished(f.d)
    f.choose("way", ways)
    f.start("way", wish or (own[0] if own else "counter"))
    if wish:
        said = Words(**WAYS[wish]).text(get_language() or "")
        f.form.fields["way"].help_text = _("申请人希望：%(way)s") % {"way": said}


def _answer(f: Filling) -> None:
    waiting = list(open_objections(f.d))
    if waiting:
        choices = [(str(o.pk), o.text if len(o.text) < 60 else o.text[:58] + "…") for o in waiting]
        f.choose("objection", choices, label=_("哪一条异议"))


FILL: dict[str, Callable[[Filling], None]] = {
    "supplement": _supplement, "supplied": _supplied, "hold": _hold, "resume": _resume,
    "extend": _extend, "offer": _offer, "finish": _finish, "post": _post, "deliver": _deliver,
    "answer_objection": _answer,
}  # fmt: skip


def task_name(task: Task) -> str:
    return Words(**task.name).text(get_language() or "")
