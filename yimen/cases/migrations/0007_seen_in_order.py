"""A task knows when its case was received, so that a body's cases lie in the order of lists."""

from django.db import migrations, models

COPY = """
UPDATE cases_task t SET received_at = c.received_at FROM cases_case c WHERE c.id = t.case_id
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_lists_in_order")]

    operations = [
        migrations.AddField("task", "received_at", models.DateTimeField(null=True)),
        migrations.RunSQL(COPY, migrations.RunSQL.noop),
        migrations.AlterField("task", "received_at", models.DateTimeField()),
    ]
