"""Accounts and tokens: make, lock, let in again."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yimen.ledger import rows
from yimen.ledger.actions import record
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused, Unseen
from yimen.people import perms, rules
from yimen.people.models import Account, Party, Token

USERNAME = re.compile(r"[a-z0-9][a-z0-9_.\-]{1,63}")
TOUCH_EVERY = timedelta(hours=1)


def _may_manage(by: Actor, street: str) -> None:
    if not perms.may_manage_accounts(by, street):
        raise Forbidden("accounts", _("只有本街道的系统管理员可以管理账号。"))


def _write_down(act: str, account: Account, by: Actor, at: datetime, **data: object) -> None:
    record(
        street=account.street,
        stream=f"account:{account.pk}",
        act=act,
        by=by,
        at=at,
        data=data,
    )


def _checked_password(password: str, account: Account) -> str:
    try:
        validate_password(password, account)
    except ValidationError as error:
        message = " ".join(error.messages)
        wrong = FieldError("password", message, _("请换一个更长、不常见的密码。"))
        raise Invalid("password", message, (wrong,)) from error
    return password


@transaction.atomic
def create_account(
    username: str,
    *,
    kind: str,
    street: str = "0",
    password: str = "",
    party: Party | None = None,
    language: str = "zh-hans",
    by: Actor,
    at: datetime,
) -> Account:
    """A new account. Without a password it signs in by the city's identity service or a token."""
    _may_manage(by, street)
    username = username.strip().lower()
    if not USERNAME.fullmatch(username):
        remedy = _("2 到 64 个小写字母、数字、点、横线或下划线，以字母或数字开头。")
        wrong = FieldError("username", _("用户名不合规则。"), remedy)
        raise Invalid("username", _("账号没有建立。"), (wrong,))
    account = Account(
        username=username, kind=kind, street=street, party=party, language=language, created_at=at
    )
    if password:
        account.set_password(_checked_password(password, account))
    else:
        account.set_unusable_password()
    try:
        with transaction.atomic():
            account.save(force_insert=True)
    except IntegrityError as error:
        wrong = FieldError("username", _("这个用户名已经有人用。"), _("请换一个。"))
        raise Invalid("username", _("账号没有建立。"), (wrong,)) from error
    _write_down("account_created", account, by, at, kind=kind)
    return account


def signed_up(account: Account, *, by: Actor, at: datetime) -> None:
    """A resident opened an account on the web (allauth has written the row)."""
    _write_down("signed_up", account, by, at, kind=account.kind)


def username_problem(username: str) -> str:
    """What is wrong with a user name that a resident chose, in a sentence; "" when nothing."""
    if not USERNAME.fullmatch(username):
        return _("2 到 64 个小写字母、数字、点、横线或下划线，以字母或数字开头。")
    if rules.looks_like_personal_number(username):
        return _("请不要用手机号或证件号做用户名。")
    return ""


@transaction.atomic
def set_password(account: Account, password: str, *, by: Actor, at: datetime) -> None:
    if not perms.may_change_password(by, account):
        raise Forbidden("password", _("只有本人或管理员可以设置密码。"))
    account.set_password(_checked_password(password, account))
    account.save(update_fields=["password"])
    _write_down("password_set", account, by, at)


@transaction.atomic
def give_password(accounts: Collection[Account], password: str, *, by: Actor, at: datetime) -> None:
    """One password for many new accounts of a demonstration. Hashing is slow on purpose, so it
    is done once."""
    if by.kind != "system":
        raise Forbidden("password", _("只有本人或管理员可以设置密码。"))
    encoded = make_password(password)
    Account.objects.filter(pk__in=[a.pk for a in accounts]).update(password=encoded)
    for account in accounts:
        _write_down("password_set", account, by, at)


@transaction.atomic
def sign_out_everywhere(account: Account, *, by: Actor, at: datetime) -> None:
    """End every sign-in on every device. Tokens of machines stay; they are revoked one by one."""
    if not perms.may_change_password(by, account):
        raise Forbidden("sessions", _("只有本人或管理员可以结束登录。"))
    fresh = Account.objects.select_for_update().get(pk=account.pk)
    rows.update(Account, {"id": account.pk}, session_epoch=fresh.session_epoch + 1)
    _write_down("signed_out_everywhere", account, by, at)


@transaction.atomic
def lock(account: Account, *, by: Actor, at: datetime) -> None:
    """Nobody gets in any more: no sign-in, no session, no token. The record stays."""
    _may_manage(by, account.street)
    if by.account == account.pk:
        raise Refused("own", _("不能锁定自己的账号。请由另一位管理员操作。"))
    rows.update(Account, {"id": account.pk}, is_active=False, locked_at=at)
    _write_down("account_locked", account, by, at)


@transaction.atomic
def unlock(account: Account, *, by: Actor, at: datetime) -> None:
    _may_manage(by, account.street)
    rows.update(Account, {"id": account.pk}, is_active=True, locked_at=None)
    _write_down("account_unlocked", account, by, at)


@transaction.atomic
def issue_token(account: Account, *, by: Actor, at: datetime) -> str:
    """A token in clear text, for this once; only its digest is kept."""
    _may_manage(by, account.street)
    token = rules.new_token()
    made = Token.objects.create(account=account, digest=rules.token_digest(token), created_at=at)
    _write_down("token_issued", account, by, at, token=str(made.pk))
    return token


@transaction.atomic
def revoke_token(token: Token, *, by: Actor, at: datetime) -> None:
    account = token.account
    if by.account != account.pk and not perms.may_manage_accounts(by, account.street):
        raise Unseen("token")
    if rows.update(Token, {"id": token.pk, "account_id": account.pk}, revoked_at=at):
        _write_down("token_revoked", account, by, at, token=str(token.pk))


def touch_token(token: Token, *, at: datetime) -> None:
    """Note that a token is in use, once an hour at most. It happens during GET too and belongs
    to the journal; a lost note harms nobody."""
    if token.last_used_at and at - token.last_used_at < TOUCH_EVERY:
        return
    Token.objects.using("journal").filter(pk=token.pk).update(last_used_at=at)
