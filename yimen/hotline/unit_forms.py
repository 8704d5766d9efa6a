"""What a partner unit may send about its jobs."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from yimen.files.forms import PhotosField
from yimen.hotline.jobs import PHOTOS
from yimen.look.forms import Form, without_id


class ReturnForm(Form):
    reason = forms.CharField(
        label=_("为什么退回"), max_length=500, validators=[without_id],
        widget=forms.Textarea(attrs={"rows": 3}), help_text=_("派单的单位会看到"),
    )  # fmt: skip


class FinishForm(Form):
    done = forms.ChoiceField(
        label=_("办成了吗"),
        choices=[("yes", _("办成了")), ("no", _("没有办成"))],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("做了什么"), max_length=1000, validators=[without_id],
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("没有办成的，写下原因。不写姓名和电话。"),
    )  # fmt: skip
    photos = PhotosField(
        label=_("照片"), required=False, most=PHOTOS,
        help_text=_("拍活儿，不拍人。最多 4 张，JPG、PNG 或 WebP。"),
    )  # fmt: skip


class PhoneForm(Form):
    reason = forms.CharField(
        label=_("为什么要看号码"), max_length=200, help_text=_("记录在案，本人可以看到")
    )
