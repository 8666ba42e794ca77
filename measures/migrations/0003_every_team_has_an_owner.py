"""Facilitators could do all until roles came: in a team without an owner they are its owners."""

from django.db import migrations


def make_owners(apps, schema_editor):
    membership = apps.get_model("measures", "Membership")
    owned = membership.objects.filter(role="owner").values("team")
    membership.objects.filter(role="facilitator").exclude(team__in=owned).update(role="owner")


class Migration(migrations.Migration):
    dependencies = [("measures", "0002_roles")]
    operations = [migrations.RunPython(make_owners, migrations.RunPython.noop)]
