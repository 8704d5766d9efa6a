"""The sequence behind the short enquiry numbers (made unguessable by lib.numbering)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE cases_enquiry_seq MINVALUE 0 START 0 MAXVALUE 99999999",
            "DROP SEQUENCE cases_enquiry_seq",
        )
    ]
