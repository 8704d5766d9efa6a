"""A fake order platform on loopback, and an order as it comes."""

from __future__ import annotations

import json
import threading
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from tests.cast import STREET, account, actor, body
from yimen.bridges import actions
from yimen.bridges.models import Order, Platform
from yimen.ledger import jobs
from yimen.ledger.models import Errand
from yimen.lib.time import now


class City:
    """12345 on loopback: keeps what it was told, answers as it is set."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.status, self.reply = 200, {"acknowledged": True}
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                data = self.rfile.read(int(self.headers["content-length"]))
                outer.got.append(json.loads(data))
                self.send_response(outer.status)
                self.end_headers()
                self.wfile.write(json.dumps(outer.reply).encode())

            def log_message(self, *args: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def platform(url: str = "", *, username: str = "machine", code: str = "p12345") -> Platform:
    """Connected: open with an address, closed without."""
    by, at = actor("admin"), now()
    system, _secret = actions.connect(
        street=STREET, code=code, name="12345", body=body("bo-civil-affairs"),
        sort="open" if url else "closed", url=url, by=by, at=at,
    )  # fmt: skip
    return actions.connect_platform(
        system,
        mapping_name="12345",
        account=account(username) if url else None,
        hours=24,
        by=by,
        at=at,
    )


def said(number: str = "SH20260302001", **more: Any) -> actions.Said:
    at: datetime = more.pop("at", None) or now()
    facts = {
        "title": "楼道漏水", "text": "五楼水管漏水，滴到楼道", "category": "01.01",
        "place": f"{STREET}001", "where": "梧桐路 1 弄 5 号", "name": "钱女士",
        "phone": "19900000061", "received_at": at, "due_at": at + timedelta(days=3),
        "return_by": at + timedelta(hours=8),
    }  # fmt: skip
    return actions.Said(number, **facts | more)


def take(of: Platform, number: str = "SH20260302001", **more: Any) -> Order:
    by = actor("machine") if of.account_id else actor("clerk")
    return actions.take_order(of, said(number, **more), by=by, at=now())[0]


def run_errands() -> None:
    for errand in Errand.objects.filter(name="bridges.answer", state="waiting"):
        jobs.run_errand(str(errand.pk))
