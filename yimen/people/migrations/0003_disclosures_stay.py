"""Who saw somebody's numbers stays on record: the database refuses to change or remove it."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION people_disclosure_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'disclosures are append-only: % is refused', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER people_disclosure_append_only BEFORE UPDATE OR DELETE ON people_disclosure
    FOR EACH ROW EXECUTE FUNCTION people_disclosure_refuse();
CREATE TRIGGER people_disclosure_no_truncate BEFORE TRUNCATE ON people_disclosure
    FOR EACH STATEMENT EXECUTE FUNCTION people_disclosure_refuse();
"""
BACKWARD = """
DROP TRIGGER people_disclosure_append_only ON people_disclosure;
DROP TRIGGER people_disclosure_no_truncate ON people_disclosure;
DROP FUNCTION people_disclosure_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0002_merge")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
