"""Search in ten thousand pages of regulations: a line of `make bench`.

The pages are invented, of the words of the sample catalogue; each has about five hundred
characters, in articles as laws have them. What is measured is the question to the database with
everything that a page of answers shows; the worst of every question counts.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta

PAGES, ARTICLES, SEED = 10_000, 5, 20261102  # of a hundred characters each
A_DOCUMENT = 100  # articles
BOUND_MS = 300
QUESTIONS = (
    "居住证签注", "老人上门服务怎么申请", "证明", "一次告知", "残疾人 优先", "第四十二条 期限",
    "居民", "社保卡丢了怎么办", "不予受理的理由", "公积金提取 材料",
)  # fmt: skip
WORDS = (
    "居民", "居住证", "签注", "老人", "上门服务", "申请", "证明", "材料", "一次告知", "残疾人", "优先", "办理", "期限", "工作日",
    "窗口", "受理", "不予受理", "理由", "公积金", "提取", "社保卡", "补办", "失业金", "领取", "户口", "迁移", "婚姻登记", "医保",
    "报销", "救助", "审核", "公示", "街道办事处", "主管部门", "应当", "可以", "不得", "依照", "规定", "书面", "通知", "送达",
    "复议", "诉讼", "监督", "责任", "处分", "公开", "保密",
)  # fmt: skip


def numeral(n: int) -> str:
    """1 to 999 as laws write it."""
    digits = "零一二三四五六七八九"
    hundreds, tens, ones = n // 100, n // 10 % 10, n % 10
    text = f"{digits[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else digits[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (digits[ones] if ones else "")


def fill(pages: int = PAGES) -> int:
    """Take in as many pages as there are to be. Returns the number of articles."""
    from yimen.knowledge.actions import Facts, take_in
    from yimen.lib.actor import system
    from yimen.lib.time import now

    dice, total = random.Random(SEED), pages * ARTICLES
    for number in range(total // A_DOCUMENT):
        lines = [f"第{numeral(n)}条 {_sentence(dice)}" for n in range(1, A_DOCUMENT + 1)]
        day = date(2000, 1, 1) + timedelta(days=number * 9)
        facts = Facts(
            sort="rule", title=f"样例规定第{number}号", issuer="样例", issued_on=day,
            in_force_from=day, source="样例",
        )  # fmt: skip
        take_in("\n".join(lines).encode(), facts, by=system(), at=now())
        if number % 50 == 49:
            print(f"  {(number + 1) * A_DOCUMENT} of {total} articles", flush=True)
    return total


def _sentence(dice: random.Random) -> str:
    return "，".join("".join(dice.choices(WORDS, k=4)) for _ in range(9)) + "。"


def ask(times: int = 5) -> list[tuple[str, int, float, float]]:
    """Every question several times: how many answers on the page, median and worst, ms."""
    from yimen.knowledge.queries import search
    from yimen.knowledge.views import shown

    search("预热")  # the dictionary is read once a process
    rows = []
    for question in QUESTIONS:
        took, n = [], 0
        for _ in range(times):
            begun = time.perf_counter()
            n = len(shown(search(question)))
            took.append((time.perf_counter() - begun) * 1000)
        rows.append((question, n, statistics.median(took), max(took)))
    return rows


def report() -> bool:
    """Print every question and say whether all are within the bound."""
    rows = ask()
    for question, n, middle, worst in rows:
        print(
            f"  regulations  {question:　<12} {n:>3} shown  {middle:7.1f} ms  worst {worst:7.1f} ms"
        )
    return all(worst <= BOUND_MS for *_row, worst in rows)


def run(say: Callable[[str], None]) -> bool:
    """The line of `make bench`: fill, ask, say."""
    begun = time.monotonic()
    total = fill()
    say(f"regulations: {PAGES} pages, {total} articles in {time.monotonic() - begun:.0f} s")
    return report()
