"""What must be there before the site can be served, and who may sign in to a demonstration."""

from __future__ import annotations

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

DEMO_PASSWORD = "yimen-demo"
ACCOUNTS = (
    ("clerk", "前台窗口人员（中心一）", "counter clerk"),
    ("clerk2", "前台窗口人员（中心二）", "counter clerk, second centre"),
    ("officer", "民政后台经办", "back office, civil affairs"),
    ("head", "民政科室负责人", "head of that office"),
    ("director", "中心主任", "director of the centre"),
    ("supervisor", "督查", "supervisor"),
    ("auditor", "审计", "auditor"),
    ("editor", "事项目录编辑", "editor of the catalogue"),
    ("admin", "系统管理员", "administrator"),
    ("resident", "居民", "resident"),
)


def unapplied() -> list[str]:
    """Migrations that this version brings and the database has not seen."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [str(migration) for migration, _backwards in plan]


def demo_accounts() -> list[str]:
    """Lines for the terminal."""
    lines = [f"  示例账号 demo accounts, 密码 password: {DEMO_PASSWORD}"]
    return lines + [f"    {name:12} {zh} / {en}" for name, zh, en in ACCOUNTS]
