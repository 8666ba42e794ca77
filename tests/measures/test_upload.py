"""The page for a spreadsheet: choose, preview, confirm; for one's own teams only."""

import os
import re
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from measures import upload
from measures.models import Goal, Measure, Team, Value
from tests.sent_back import sent_back

pytestmark = pytest.mark.django_db

ADDRESS = "/admin/measures/measure/import/"
SHEET = "Department,Goal,Measure,FY16 Actual,FY17 Target\nRivers,G,M,85.7%,90%\nParks,G,N,abc,\n"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path / "imports"


def send(client: Client, team, text: str | bytes = SHEET, name: str = "kpis.csv", **more):
    raw = text.encode() if isinstance(text, str) else text
    return client.post(ADDRESS, {"team": team.pk, "file": SimpleUploadedFile(name, raw), **more})


def words(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_the_form_offers_ones_own_teams_only(as_facilitator, team, other_team):
    page = words(as_facilitator.get(ADDRESS))
    assert team.name in page
    assert other_team.name not in page


def chosen_team(page: str) -> list[str]:
    return re.findall(r'<option value="(\d*)"(?: selected)?>', page[page.index('<select name="team"') :])


def test_of_several_teams_none_is_chosen_beforehand(as_facilitator, facilitator, team, other_team):
    assert chosen_team(words(as_facilitator.get(ADDRESS))) == [str(team.pk)]
    facilitator.memberships.create(team=other_team)
    page = words(as_facilitator.get(ADDRESS))
    assert chosen_team(page)[0] == ""
    assert "Choose a team" in page
    answer = as_facilitator.post(
        ADDRESS, {"team": "", "file": SimpleUploadedFile("kpis.csv", SHEET.encode())}
    )
    assert (answer.status_code, "Choose a team." in words(answer)) == (422, True)


def test_where_there_is_no_team_yet_the_superuser_is_led_to_make_one():
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    answer = client.get(ADDRESS, follow=True)
    assert answer.redirect_chain[-1][0] == "/admin/measures/team/add/"
    assert "Make a team first" in words(answer)


def test_thousands_stand_apart_in_a_preview(as_facilitator, team):
    rows = "".join(f"G,M{n},{n}\n" for n in range(1200))
    text = f"Goal,Measure,2024\n{rows}G,Boats,-1234567.25\n"
    address = send(as_facilitator, team, text).url
    assert "1,201 rows read" in words(as_facilitator.get(address))
    assert "<strong>1,201</strong> new measures" in words(as_facilitator.get(address))
    assert "2024: -1,234,567.25" in words(as_facilitator.get(f"{address}&page=7"))


def test_a_preview_shows_every_row_with_its_problem_and_writes_nothing(as_facilitator, team):
    answer = send(as_facilitator, team)
    assert (answer.status_code, answer.url.startswith(f"{ADDRESS}?kept=")) == (302, True)
    page = words(as_facilitator.get(answer.url))
    assert "2 rows read" in page
    assert "<strong>2</strong> new measures" in page
    assert "FY16: 85.7%" in page
    assert "target FY17: 90%" in page
    assert "<strong>Row 3</strong> FY16 Actual: “abc” is not a number." in page
    assert "‘.’ parts decimals: “85.7%” in row 2" in page
    assert "FY17 Target</td> <td>targets for FY17" in page
    assert not Measure.objects.exists()
    assert not Goal.objects.exists()


def preview(client: Client, team, *args, **more) -> str:
    """The token of a preview."""
    answer = send(client, team, *args, **more)
    assert answer.status_code == 302, words(answer)
    return answer.url.split("kept=")[1]


def test_confirming_writes_and_forgets_the_file(as_facilitator, team, folder):
    token = preview(as_facilitator, team)
    assert len(list(folder.iterdir())) == 1
    answer = as_facilitator.post(ADDRESS, {"kept": token}, follow=True)
    assert answer.redirect_chain[-1][0] == f"/admin/measures/measure/?team__id__exact={team.pk}"
    assert "Brought in for River Patrol: 2 new measures, 1 new goal, 1 value, 1 target." in words(answer)
    assert Value.objects.get().measure.team == team
    assert list(folder.iterdir()) == []


def test_a_new_team_is_led_on_to_its_sheet_and_from_there_to_a_gallery(client):
    client.force_login(User.objects.create_superuser("root"))
    made = sent_back(client.get("/admin/measures/team/add/"), "team_form", name="Ferry Crew")
    answer = client.post("/admin/measures/team/add/", made, follow=True)
    crew = Team.objects.get(name="Ferry Crew")
    assert answer.redirect_chain == [(f"{ADDRESS}?team={crew.pk}", 302)]
    assert f'<option value="{crew.pk}" selected>' in words(answer)
    brought = client.post(ADDRESS, {"kept": preview(client, crew)}, follow=True)
    assert f'<a href="/admin/gallery/gallery/add/?team={crew.pk}">make a gallery</a>' in words(brought)
    assert f'<option value="{crew.pk}" selected>' in words(
        client.get(f"/admin/gallery/gallery/add/?team={crew.pk}")
    )


def test_confirming_twice_writes_once_and_says_so(as_facilitator, team):
    token = preview(as_facilitator, team)
    as_facilitator.post(ADDRESS, {"kept": token})
    again = as_facilitator.post(ADDRESS, {"kept": token})
    assert again.status_code == 404
    assert "was used already" in words(again)
    assert Measure.objects.count() == 2


def test_the_same_file_again_has_nothing_to_write(as_facilitator, team):
    as_facilitator.post(ADDRESS, {"kept": preview(as_facilitator, team)})
    page = words(as_facilitator.get(send(as_facilitator, team).url))
    assert "there is nothing to write" in page
    assert "Bring them in" not in page


def departments(page: str) -> list[tuple[str, str, str]]:
    return re.findall(
        r'<option value="([^"]*)"( selected)?>([^<]*)</option>', page[page.index('id="only"') :]
    )


def test_the_departments_of_a_sheet_are_offered_and_the_one_called_like_the_team_is_proposed(
    as_facilitator, team
):
    sheet = SHEET + "parks,G,O,1,\n,G,P,2,\nRiver patrols,G,Q,3,\n"
    token = preview(as_facilitator, team, sheet)
    page = words(as_facilitator.get(f"{ADDRESS}?kept={token}"))
    assert departments(page) == [
        ("", "", "all departments"),
        ("Parks", "", "Parks (2)"),
        ("River patrols", " selected", "River patrols (1)"),
        ("Rivers", "", "Rivers (1)"),
    ]
    narrowed = as_facilitator.post(ADDRESS, {"kept": token, "only": "Parks"})
    assert Measure.objects.count() == 0
    page = words(as_facilitator.get(narrowed.url))
    assert "2 rows read" in page
    assert ("Parks", " selected", "Parks (2)") in departments(page)
    as_facilitator.post(ADDRESS, {"kept": narrowed.url.split("kept=")[1]})
    assert sorted(measure.name for measure in Measure.objects.all()) == ["N", "O"]


def test_a_sheet_of_one_department_or_none_offers_no_choice(as_facilitator, team):
    for sheet in ("Goal,Measure\nG,M\n", "Department,Goal,Measure\nRivers,G,M\n"):
        page = words(as_facilitator.get(send(as_facilitator, team, sheet).url))
        assert 'id="only"' not in page


def test_a_department_that_nobody_has_is_told(as_facilitator, team):
    token = preview(as_facilitator, team)
    answer = as_facilitator.post(ADDRESS, {"kept": token, "only": "Roads"}, follow=True)
    assert "No row is of the department “Roads”" in words(answer)


def test_one_department_is_read_alone(as_facilitator, team):
    token = preview(as_facilitator, team, department="Rivers")
    as_facilitator.post(ADDRESS, {"kept": token})
    assert [measure.name for measure in Measure.objects.all()] == ["M"]


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        ("kpis.csv", b"Measure,2024\nM,1\n", "Headers that were found: “Measure”, “2024”"),
        ("kpis.csv", b"", "The file is empty"),
        ("kpis.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 100, "old Excel file"),
        ("kpis.xlsx", b"PK\x03\x04nonsense", "damaged"),
        ("kpis.csv", b"Goal,Measure\nG,M\n", "no department column"),
    ],
)
def test_a_bad_file_is_told_and_what_was_typed_is_kept(as_facilitator, team, folder, name, raw, said):
    answer = send(as_facilitator, team, raw, name, department="Rivers & <Banks>")
    assert answer.status_code == 422
    assert said in words(answer)
    assert 'value="Rivers &amp; &lt;Banks&gt;"' in words(answer)
    assert not folder.exists()


def test_no_file_is_told_and_what_was_typed_is_kept(as_facilitator, team):
    answer = as_facilitator.post(ADDRESS, {"team": team.pk, "department": "Rivers"})
    assert (answer.status_code, "Choose the spreadsheet" in words(answer)) == (422, True)
    assert 'value="Rivers"' in words(answer)


def test_a_file_over_the_limit_is_told(as_facilitator, team, settings):
    settings.IMPORT_MAX_BYTES = 1024**2
    answer = send(as_facilitator, team, b"Goal,Measure\n" + b"G,M\n" * 300_000)
    assert (answer.status_code, "larger than 1 MB" in words(answer)) == (422, True)


def test_what_a_file_says_is_shown_as_text(as_facilitator, team):
    script = "<script>alert(1)</script>"
    text = f"Goal,Measure,{script},2024\nG,{script},x,{script}\n"
    page = words(as_facilitator.get(send(as_facilitator, team, text, f"{script}.csv").url))
    assert script not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 3


def test_another_teams_measures_cannot_be_written(as_stranger, team, other_team):
    answer = send(as_stranger, team)
    assert answer.status_code == 422
    assert "Choose one of your teams." in words(answer)
    assert team.name not in words(answer)


def test_another_persons_preview_is_not_shown(as_facilitator, as_stranger, colleague, team):
    token = preview(as_facilitator, team)
    same_team = Client()
    same_team.force_login(colleague)
    for client in (as_stranger, same_team):
        for answer in (client.get(f"{ADDRESS}?kept={token}"), client.post(ADDRESS, {"kept": token})):
            assert answer.status_code == 404
            assert "This preview is not yours" in words(answer)
            assert "kpis.csv" not in words(answer)
    assert not Measure.objects.exists()
    assert as_facilitator.get(f"{ADDRESS}?kept={token}").status_code == 200, "control: its owner sees it"


@pytest.mark.parametrize("token", ["x", "a:b:c", "../../etc/passwd", "\x00", "é"])
def test_an_invented_token_is_told(as_facilitator, token):
    answer = as_facilitator.get(ADDRESS, {"kept": token})
    assert (answer.status_code, "choose the file again" in words(answer)) == (404, True)


def test_a_preview_lasts_a_day(as_facilitator, team, folder):
    token = preview(as_facilitator, team)
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        as_facilitator.force_login(User.objects.get(username="facilitator"))
        assert as_facilitator.post(ADDRESS, {"kept": token}).status_code == 404
    assert not Measure.objects.exists()
    [kept] = folder.iterdir()
    os.utime(kept, times=(time.time() - upload.KEPT_FOR - 1,) * 2)
    preview(as_facilitator, team)
    assert not kept.exists(), "the next upload sweeps what was never confirmed"
    assert len(list(folder.iterdir())) == 1


def test_one_who_has_left_the_team_cannot_confirm(as_facilitator, facilitator, team, other_team):
    token = preview(as_facilitator, team)
    facilitator.memberships.update(team=other_team)
    assert as_facilitator.post(ADDRESS, {"kept": token}).status_code == 404
    assert not Measure.objects.exists()


def test_logged_out_leads_to_the_log_in_and_no_team_to_404(team):
    assert "/admin/login/" in Client().get(ADDRESS).url
    assert "/admin/login/" in Client().post(ADDRESS, {"team": team.pk}).url
    loner = Client()
    loner.force_login(User.objects.create_user("loner", is_staff=True))
    assert loner.get(ADDRESS).status_code == 404


def test_the_superuser_reaches_every_team(team, other_team):
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    assert {team.name, other_team.name} <= set(
        re.findall(r"<option[^>]*>([^<]+)", words(client.get(ADDRESS)))
    )


def test_forged_requests_are_refused(facilitator, team):
    client = Client(enforce_csrf_checks=True)
    client.force_login(facilitator)
    assert send(client, team).status_code == 403


def test_other_methods_are_refused(as_facilitator):
    assert as_facilitator.put(ADDRESS).status_code == 405


def test_a_disk_that_is_full_is_told(as_facilitator, team, monkeypatch, folder):
    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(SimpleUploadedFile, "chunks", full)
    monkeypatch.setattr("django.core.files.uploadedfile.InMemoryUploadedFile.chunks", full)
    answer = send(as_facilitator, team)
    assert (answer.status_code, "disk is full" in words(answer)) == (422, True)
    assert list(folder.iterdir()) == []


def test_a_long_preview_comes_in_pages(as_facilitator, team, monkeypatch):
    monkeypatch.setattr(upload, "ROWS_A_PAGE", 2)
    rows = "".join(f"G,M{n},{n}\n" for n in range(5))
    address = send(as_facilitator, team, f"Goal,Measure,2024\n{rows}").url
    page = words(as_facilitator.get(f"{address}&page=2"))
    assert "Page 2 of 3" in page
    assert re.findall(r"<strong>(M\d)</strong>", page) == ["M2", "M3"]


@pytest.mark.parametrize("rows", [1, 3])
def test_a_preview_takes_as_many_queries_for_one_row_as_for_three(
    as_facilitator, team, rows, django_assert_num_queries
):
    text = "Goal,Measure,2024\n" + "".join(f"G{n},M{n},{n}\n" for n in range(rows))
    address = send(as_facilitator, team, text).url
    with django_assert_num_queries(11):
        as_facilitator.get(address)


def test_the_page_has_no_inline_style_or_script(as_facilitator, team):
    page = as_facilitator.get(send(as_facilitator, team).url).content.decode()
    main = page[page.index('id="content-main"') :]
    assert not re.search(r'\sstyle="|<script|\son\w+="', main)


def test_while_another_file_is_read_the_choices_are_kept(as_facilitator, team):
    kept = send(as_facilitator, team)["Location"]
    with upload.READING:
        answer = send(as_facilitator, team, department="Rivers")
        assert (answer.status_code, answer.get("Retry-After")) == (503, "60")
        assert "Another file is being read; try again in a minute" in words(answer)
        assert chosen_team(words(answer)) == [str(team.pk)]
        assert as_facilitator.get(kept).status_code == 503
    assert as_facilitator.get(kept).status_code == 200


def test_control_without_the_bound_it_is_read_beside_the_other(as_facilitator, team, monkeypatch):
    monkeypatch.setattr(upload, "READING", threading.BoundedSemaphore(2))
    with pytest.raises(AssertionError):
        test_while_another_file_is_read_the_choices_are_kept(as_facilitator, team)
