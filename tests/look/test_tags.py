"""Marks say in words and shapes what colour says; components escape what people wrote."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from yimen.lib.time import ZONE
from yimen.look import dates
from yimen.look.language import pick
from yimen.look.paging import Page
from yimen.look.tags.marks import ENDINGS, LIGHTS, STAGES


def drawn(text, **context):
    return Template("{% load look %}" + text).render(Context(context))


@pytest.mark.parametrize("colour", LIGHTS)
def test_a_light_is_word_and_shape(colour):
    shape, word = LIGHTS[colour]
    html = drawn("{% light colour %}", colour=colour)
    assert shape in html
    assert str(word) in html
    assert len({s for s, _w in LIGHTS.values()}) == len(LIGHTS)


def test_an_unknown_light_is_grey_not_green():
    assert "y-light--grey" in drawn("{% light colour %}", colour="blue")


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_ending_is_said_instead_of_the_stage(ending):
    html = drawn("{% stage 'closed' ending %}", ending=ending)
    assert str(ENDINGS[ending]) in html
    assert str(STAGES["closed"]) not in html


def test_dates_in_both_languages():
    moment = datetime(2026, 11, 3, 9, 5, tzinfo=ZONE)
    assert dates.cn_datetime(moment) == "2026年11月3日 09:05"
    assert dates.cn_weekday(date(2026, 11, 3)) == "星期二"
    assert dates.cn_date("2026-11-03") == "2026年11月3日"
    assert dates.cn_date(None) == dates.cn_date("nonsense") == ""
    with translation.override("en"):
        assert dates.cn_date(moment) == "3 Nov 2026"


def test_midnight_is_counted_in_china():
    from datetime import UTC

    assert dates.cn_date(datetime(2026, 11, 2, 16, 0, tzinfo=UTC)) == "2026年11月3日"


@pytest.mark.parametrize(
    ("days", "zh", "en"),
    [
        (3, "还剩 3 个工作日", "3 working days left"),
        (1, "还剩 1 个工作日", "1 working day left"),
        (0, "今天到期", "Due today"),
        (-2, "已超 2 个工作日", "2 working days overdue"),
    ],
)
def test_working_days_left(days, zh, en):
    assert dates.working_days_left(days) == zh
    with translation.override("en"):
        assert dates.working_days_left(days) == en


def test_content_in_two_languages_falls_back_to_chinese():
    assert pick({"zh": "证", "en": "Card"}) == "证"
    with translation.override("en"):
        assert pick({"zh": "证", "en": "Card"}) == "Card"
        assert pick({"zh": "证"}) == "证"
    assert pick("平文") == "平文"
    assert pick(None) == ""


def test_pages_keep_the_filters_of_the_address():
    request = RequestFactory().get("/desk/cases/?q=a%26b&cursor=old")
    page = Page(items=[1], next="new", previous=None, total=3, size=1)
    html = drawn("{% pagination page %}", page=page, request=request)
    assert "?q=a%26b&amp;cursor=new" in html
    assert "old" not in html


NASTY = "<b>&"


@pytest.mark.parametrize(
    "text",
    [
        "{% light 'red' x %}",
        "{% tag x %}",
        "{% copyable x %}",
        "{% kbd x %}",
        "{% page_heading x caption=x lead=x %}",
        "{% button x confirm=x %}",
        "{% banner x title=x %}",
        "{% empty_state x text=x %}",
        "{% stat x x hint=x %}",
        "{% tile x '/' text=x %}",
        "{% summary_list rows %}",
        "{% definitions rows %}",
        "{% timeline items %}",
        "{% tabs items %}",
        "{% summary %}{% row x %}{{ x }}{% endrow %}{% endsummary %}",
        "{% details x %}{{ x }}{% enddetails %}",
        "{% table x %}<tbody><tr><td>{{ x }}</td></tr></tbody>{% endtable %}",
        "{% card x %}{{ x }}{% endcard %}",
        "{% masked x action='/' label=x %}",
        "{% search_box '/' x x %}",
    ],
)
def test_what_people_wrote_is_never_markup(text):
    items = [{"title": NASTY, "label": NASTY, "href": "/", "text": NASTY, "by": NASTY, "count": 1}]
    html = drawn(text, x=NASTY, rows=[(NASTY, NASTY)], items=items)
    assert NASTY not in html
    assert "&lt;b&gt;&amp;" in html


def test_a_masked_number_without_an_address_offers_nothing():
    assert "<form" not in drawn("{% masked '138****0000' %}")
    html = drawn("{% masked '138****0000' action='/x/' %}", csrf_token="t")
    assert 'method="post"' in html
    assert 'name="reason"' in html
    assert 'value="t"' in html
