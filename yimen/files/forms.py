"""Boxes of forms for what people upload: judged with the rest of the form, so that one answer says
all that is wrong."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from yimen.files import rules
from yimen.lib.errors import Invalid


class Photographs(forms.FileInput):
    """Several pictures at once, straight from the camera of a telephone or from its album."""

    allow_multiple_selected = True

    def __init__(self) -> None:
        super().__init__({"accept": ",".join(sorted(rules.PICTURES)), "multiple": True})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name)


class PhotosField(forms.FileField):
    """Photographs, `most` at once; each that cannot be taken is named, with what can be."""

    widget = Photographs

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        uploads = list(data or [])
        wrong: list[Any] = []
        if len(uploads) > self.most:
            wrong.append(_("最多 %(n)d 张照片。") % {"n": self.most})
        for upload in uploads:
            wrong += _wrong_with(upload)
        if wrong:
            raise forms.ValidationError(wrong)
        return uploads


def _wrong_with(upload: Any) -> list[str]:
    """What is wrong with one of them, in sentences; it can be read again afterwards."""
    limit = settings.YIMEN_FILE_MAX_MB
    try:
        if upload.size > limit * 1024 * 1024:
            raise rules.too_large(limit, photograph=True)
        rules.judge(upload.name, upload.read(), photograph=True)
    except Invalid as refusal:
        errors = rules.of_file(refusal, upload.name, "").errors
        return [" ".join(str(part) for part in (e.message, e.remedy) if part) for e in errors]
    finally:
        upload.seek(0)
    return []
