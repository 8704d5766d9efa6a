"""Announcements have a draft, a place, a group and a short form; people agree to text messages."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F
from django.db.models.functions import Substr


def fill(apps, _editor):
    """What was announced before was released when it was written, for its whole street."""
    rows = apps.get_model("notices", "Announcement").objects.all()
    rows.update(
        place=F("street"), short=Substr("text", 1, 70), short_en=Substr("text_en", 1, 120),
        written_at=F("begins_at"), released_at=F("begins_at"), released_by=F("written_by"),
    )  # fmt: skip


def _account():
    return models.ForeignKey(
        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
        to=settings.AUTH_USER_MODEL,
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0003_announcements"),
        ("people", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("announcement", "place", models.CharField(max_length=12, default="")),
        migrations.AddField(
            "announcement", "group",
            models.CharField(
                max_length=9, default="everybody",
                choices=[("everybody", "所有人"), ("residents", "有账号的居民"), ("staff", "工作人员")],
            ),
        ),
        migrations.AddField("announcement", "short", models.CharField(max_length=70, default="-")),
        migrations.AddField(
            "announcement", "short_en", models.CharField(max_length=120, blank=True, default="")
        ),
        migrations.AddField("announcement", "by_sms", models.BooleanField(default=False)),
        migrations.AddField("announcement", "written_at", models.DateTimeField(null=True)),
        migrations.AddField("announcement", "released_by", _account()),
        migrations.AddField("announcement", "released_at", models.DateTimeField(null=True)),
        migrations.AddField("announcement", "withdrawn_at", models.DateTimeField(null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]  # fmt: skip
