"""What drafts hold is sealed at rest."""

from typing import Any

from django.db import migrations

from yimen.intake.fields import SealedJSON


def seal(apps: Any, _editor: Any) -> None:
    for draft in apps.get_model("intake", "Draft").objects.iterator():
        draft.sealed = draft.answers
        draft.save(update_fields=["sealed"])


class Migration(migrations.Migration):
    dependencies = [("intake", "0002_drafts_of_the_counter")]
    operations = [
        migrations.AddField("draft", "sealed", SealedJSON(default=dict)),
        migrations.RunPython(seal, migrations.RunPython.noop),
        migrations.RemoveField("draft", "answers"),
        migrations.RenameField("draft", "sealed", "answers"),
    ]
