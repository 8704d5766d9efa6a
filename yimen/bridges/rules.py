"""What an event looks like and how it is signed: pure functions.

CloudEvents 1.0, structured mode. The signature follows the Standard Webhooks recipe: HMAC-SHA256
over "id.timestamp.body", base64, prefixed "v1,".
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from yimen.lib.errors import FieldError

EVENT_TYPE = "cn.yimen.case."
TOLERANCE_S = 300


def event(
    *, source: str, stream: str, seq: int, act: str, at: datetime, data: Mapping[str, Any]
) -> dict[str, Any]:
    """One act as a CloudEvent. Identifiers, codes and dates only; the receiver asks the API for
    the rest, under its own account's rights."""
    return {
        "specversion": "1.0",
        "id": f"{stream}:{seq}",
        "source": source,
        "type": EVENT_TYPE + act,
        "subject": stream.removeprefix("case:"),
        "time": at.isoformat(timespec="seconds"),
        "datacontenttype": "application/json",
        "data": dict(data),
    }


def sign(secret: str, event_id: str, timestamp: int, body: bytes) -> str:
    """The signature header of one delivery."""
    text = f"{event_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(secret.encode(), text, sha256)).decode()


def verify(
    secret: str, event_id: str, timestamp: int, body: bytes, signature: str, now: int
) -> bool:
    """What a receiver does: the signature fits and the message is at most five minutes old."""
    fresh = abs(now - timestamp) <= TOLERANCE_S
    expected = sign(secret, event_id, timestamp, body)
    return fresh and any(hmac.compare_digest(expected, one) for one in signature.split())


def wrong_url(url: str, *, insecure_hosts: frozenset[str]) -> FieldError | None:
    """Events go over https to a named host; plain http only to hosts the settings allow."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return FieldError("url", _("请填写以 https:// 开头的完整地址。"))
    if parts.username or parts.password:
        return FieldError("url", _("地址里不要写用户名和密码。"), _("签名密钥另有一栏。"))
    if parts.scheme == "http" and parts.hostname not in insecure_hosts:
        return FieldError("url", _("只能用加密的 https 地址。"))
    if _local(parts.hostname) and parts.hostname not in insecure_hosts:
        return FieldError("url", _("不能指向本机或链路本地地址。"))
    return None


def _local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_link_local or address.is_unspecified
