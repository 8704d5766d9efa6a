"""Forms keep what was typed and say what is wrong where it is wrong."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.template import Context, Template

from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused
from yimen.look.forms import DateField, FilterForm, Form


class Sample(Form):
    problem_fields = {"applicant.born": "birthday"}
    name = forms.CharField(label="姓名")
    id_number = forms.CharField(label="证件号码", required=False, help_text="十八位")
    birthday = DateField(label="出生日期", required=False)
    way = forms.ChoiceField(
        label="方式", choices=[("", "请选择"), ("a", "甲"), ("b", "乙")], widget=forms.RadioSelect
    )
    agree = forms.BooleanField(label="同意")


def filled(**changes):
    form = Sample({"name": "陈桂英", "id_number": "31019919", "way": "a", "agree": "on", **changes})
    form.is_valid()
    return form


def drawn(text, **context):
    return Template("{% load look %}" + text).render(Context(context))


def test_the_sentence_names_the_field():
    form = filled(name="", way="", agree="")
    assert form.errors["name"] == ["请填写“姓名”。"]
    assert form.errors["way"] == ["请选择“方式”。"]
    assert form.errors["agree"] == ["请勾选“同意”。"]
    assert form.http_status == 422


@pytest.mark.parametrize("text", ["2026-11-23", "20261123", "2026/11/23", "2026年11月23日"])
def test_dates_are_read_as_people_write_them(text):
    assert filled(birthday=text).cleaned_data["birthday"] == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("id_number", "id_number"),
        ("applicant.id_number", "id_number"),
        ("applicant.born", "birthday"),
        ("facts.unknown", "__all__"),
    ],
)
def test_a_wrong_field_of_an_action_shows_at_its_place(path, field):
    form = filled()
    with form.refusals():
        raise Invalid("x", "", (FieldError(path, "校验位不对", "请核对证件"),))
    assert form.errors[field] == ["校验位不对 请核对证件"]
    assert form.http_status == 422


def test_a_rule_that_says_no_stands_on_top_and_the_text_stays():
    form = filled()
    with form.refusals():
        raise Refused("not-now", "本件已办结。")
    html = drawn("{% error_summary form %}{% field form.name %}", form=form)
    assert "本件已办结。" in html
    assert 'value="陈桂英"' in html
    assert form.http_status == 409


def test_what_is_no_matter_of_the_form_passes():
    with pytest.raises(Forbidden), filled().refusals():
        raise Forbidden("x")


def test_an_error_is_tied_to_its_control():
    html = drawn("{% field form.name %}{% error_summary form %}", form=filled(name=""))
    assert 'aria-describedby="id_name-error"' in html
    assert 'id="id_name-error"' in html
    assert 'href="#id_name"' in html


def test_the_summary_leads_to_the_first_choice_of_a_group():
    html = drawn("{% field form.way %}{% error_summary form %}", form=filled(way=""))
    target = re.search(r'href="#(\w+)"', html)[1]
    assert f'id="{target}"' in html
    assert "请选择</label>" not in html


def test_hint_and_error_are_both_read_out():
    form = filled()
    form.add_error("id_number", "不对")
    html = drawn("{% field form.id_number %}", form=form)
    assert 'aria-describedby="id_id_number-hint id_id_number-error"' in html


def test_what_was_typed_is_never_markup():
    html = drawn("{% field form.name %}", form=filled(name='"><script>'))
    assert "<script>" not in html


def test_a_date_has_one_box():
    html = drawn("{% field form.birthday %}", form=filled(birthday="20261123"))
    assert html.count("<input") == 1
    assert 'type="date"' in html


class Filter(FilterForm):
    q = forms.CharField(label="关键词")
    day = DateField(label="日期")


def test_filters_are_optional_and_a_wrong_one_is_left_out():
    form = Filter({"q": "卡", "day": "昨天"})
    assert form.chosen() == {"q": "卡"}
    assert "例如 2026-01-31" in form.errors["day"][0]
    assert Filter({}).chosen() == {}


@pytest.mark.parametrize("typed", ["0026-11-30", "9999-12-31", "0001-01-01"])
def test_a_slip_in_the_year_is_told(typed: str) -> None:
    with pytest.raises(ValidationError, match="年份"):
        DateField(label="日期").clean(typed)
