"""The demonstration's adapter: nothing leaves the machine. The message can be read at
/desk/outbox/, and by the resident at /me/messages/."""

from __future__ import annotations

from yimen.notices.channels import Letter, Outcome


class Demo:
    """Says that everything arrived."""

    def send(self, letter: Letter) -> Outcome:
        return Outcome(ref=f"demo-{letter.id.hex[-12:]}", delivered=True)
