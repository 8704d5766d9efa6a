"""Text messages: the door for the gateway, and the page on which an operator sorts one."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from yimen.hotline import actions, queries
from yimen.hotline.actions import SmsAnswer, Taken
from yimen.hotline.actions.messages import gateway, street_of
from yimen.hotline.forms import CareForm, NeedField, division_name
from yimen.hotline.models import HelpRequest, Inbound
from yimen.hotline.near import taken_as
from yimen.hotline.needs import find, tree
from yimen.hotline.views import for_operators
from yimen.hotline.whom_forms import WhomForm, bodies_of
from yimen.lib.time import now
from yimen.notices.channels.gateway import receipt_of
from yimen.places.queries import committees


@csrf_exempt
@login_not_required
@require_POST
def door(request: HttpRequest) -> HttpResponse:
    """The gateway hands in a message: `id`, `from`, `to`, `text`. Signed as its reports are."""
    body = receipt_of(request.body, request.headers, settings.YIMEN_SMS_GATEWAY.get("secret", ""))
    if body is None:
        return JsonResponse({"detail": "signature"}, status=401)
    try:
        told = json.loads(body)
        ref, number, text = (str(told[name]).strip() for name in ("id", "from", "text"))
        to = str(told.get("to", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        ref = number = text = to = ""
    if not 0 < len(ref) <= 120 or not text:
        return JsonResponse({"detail": "id, from and text are required"}, status=422)
    street = street_of(to, number)
    if not street:
        return JsonResponse({"detail": "no street"}, status=422)
    _made, new = actions.get_message(
        street, ref=ref, number=number, text=text, by=gateway(street), at=now()
    )
    return JsonResponse({"new": new}, status=201 if new else 200)


class SortForm(CareForm, WhomForm):
    """One form for all that can become of a message; its button says which."""

    operator = True
    DO = ("take", "join", "answer", "drop")
    need = NeedField(
        label=_("什么求助"), max_length=60, required=False, help_text=_("打字，或从列表里选")
    )
    what = forms.CharField(
        label=_("什么事"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    where = forms.CharField(
        label=_("具体在哪里"), max_length=200, required=False,
        widget=forms.TextInput(attrs={"data-find": reverse_lazy("hotline:addresses")}),
    )  # fmt: skip
    place = forms.ChoiceField(label=_("哪个居村委"), required=False)
    request = forms.ChoiceField(label=_("并入哪一件"), required=False, widget=forms.RadioSelect)
    answer = forms.ChoiceField(
        label=_("短信答复"), required=False, widget=forms.RadioSelect, choices=SmsAnswer.choices
    )

    def __init__(
        self, *args: Any, street: str, open_ones: list[HelpRequest], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _now("不清楚")), *((c.code, division_name(c)) for c in committees(street))]
        self.fields["place"].choices = choices  # type: ignore[attr-defined]
        self.offer(bodies_of([street]))
        self.street = street
        named = [(str(r.pk), f"{r.case.number} {_said(r)}") for r in open_ones]
        self.fields["request"].choices = named  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        wanted = {"take": "need", "join": "request", "answer": "answer"}.get(
            self.data.get("do", "")
        )
        if wanted and not data.get(wanted) and wanted not in self.errors:
            self.add_error(wanted, _now("请选一项。"))
        self.whom: tuple[UUID, ...] = ()
        if self.data.get("do", "") == "take":
            self.must_say(data.get("need", ""))
            self.whom = self.about(self.street)
        return data


def _said(row: HelpRequest) -> str:
    from yimen.hotline.kinds import said

    return said(row.need)


@require_http_methods(["GET", "HEAD", "POST"])
@for_operators
def message(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Sort one message."""
    actor = request.actor  # type: ignore[attr-defined]
    rows = Inbound.objects.filter(street=actor.street).select_related("sender", "request__case")
    held = get_object_or_404(rows, pk=pk)
    open_ones = (
        queries.open_of(actor, [p.pk for p in queries.sharing(held.sender)]) if held.sender else []
    )
    guess = find(held.text, tree().values(), limit=1)
    begin = {"what": held.text, "need": ""}
    form = SortForm(request.POST or None, street=actor.street, open_ones=open_ones, initial=begin)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            said = _sorted(held, form, request.POST.get("do", ""), actor)
            messages.success(request, said)
            return redirect("hotline:line")
    context = {
        "message": held, "form": form, "open": open_ones, "guess": guess[0] if guess else None,
        "needs": [(need.zh, need) for need in tree().values()],
        "waiting": held.state == Inbound.State.WAITING,
    }  # fmt: skip
    return render(request, "hotline/message.html", context, status=form.http_status)


def _sorted(held: Inbound, form: SortForm, do: str, by: Any) -> str:
    data, at = form.cleaned_data, now()
    if do == "take":
        asked = Taken(
            need=data["need"], what=form.words(data["what"] or held.text), where=data["where"],
            place=data["place"], party=held.sender_id, excluded=form.whom,
            secret=data["secret"], quiet=data["quiet"], reach=data["reach"],
        )  # fmt: skip
        d = actions.take_message(held, asked, by=by, at=at)
        return taken_as(d.case)
    if do == "join":
        actions.join_message(held, UUID(data["request"]), by=by, at=at)
        return _now("已并入。")
    if do == "answer":
        actions.answer_message(held, answer=data["answer"], by=by, at=at)
        return _now("已用短信答复。")
    actions.drop_message(held, by=by, at=at)
    return _now("已登记为无内容。")
