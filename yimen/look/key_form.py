"""A new passkey or security key, in our words."""

from __future__ import annotations

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.utils.translation import gettext_lazy as _


class AddKeyForm(AddWebAuthnForm):
    """Says plainly what the name is for and what signing in by key alone asks of the key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("名称")
        self.fields["name"].help_text = _("方便以后认出它，例如“单位电脑”。")
        self.fields["passwordless"].label = _("只用它登录，不再输入密码")
        self.fields["passwordless"].help_text = _(
            "登录时要用指纹、面容或这把钥匙自己的密码确认是本人。"
        )
