"""Logging in: wrong passwords are counted and stopped, sessions end, a second step where one wants it."""

import logging
import re
from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core import signing
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from gallery import known, login, second_step, throttle

PASSWORD = "correct horse battery"
WRONG = "wrong horse battery"
LOGIN = "/admin/login/"


def log_in(client: Client, name: str, password: str = WRONG, address: str = "192.0.2.7", **more):
    return client.post(LOGIN, {"username": name, "password": password, **more}, REMOTE_ADDR=address)


def words(answer) -> str:
    return answer.content.decode()


def is_in(client: Client) -> bool:
    return client.get(reverse("admin:index")).status_code == 200


# Wrong passwords


def test_the_eighth_wrong_password_locks_the_name_from_everywhere(visitor, facilitator):
    for number in range(7):
        answer = log_in(visitor, "facilitator", address=f"192.0.2.{number}")
        assert (answer.status_code, login.WRONG_PAIR in words(answer)) == (200, True)
    answer = log_in(visitor, "facilitator", address="192.0.2.8")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "900"
    assert throttle.OF_NAME in words(answer)
    right = log_in(visitor, "facilitator", PASSWORD, address="192.0.2.9")
    assert right.status_code == 429
    assert not is_in(visitor)


def test_an_invented_name_is_locked_with_the_same_page(visitor, facilitator):
    def pages(name: str) -> list[tuple[int, str]]:
        answers = [log_in(visitor, name) for _ in range(9)]
        return [
            (answer.status_code, re.sub(r'value="\w+"', "", words(answer).replace(name, "NAME")))
            for answer in answers
        ]

    assert pages("facilitator") == pages("nobody-here")


def test_a_locked_host_locks_nobody_else_of_the_room_out(visitor, facilitator, colleague):
    for _ in range(12):
        log_in(visitor, "facilitator")
    assert log_in(visitor, "colleague", PASSWORD).status_code == 302
    assert is_in(visitor)


def test_an_address_is_locked_after_a_hundred_over_many_names(visitor, facilitator):
    for number in range(100):
        assert throttle.OF_ADDRESS not in words(log_in(visitor, f"name{number}")) or number == 99
    answer = log_in(visitor, "facilitator", PASSWORD)
    assert (answer.status_code, throttle.OF_ADDRESS in words(answer)) == (429, True)
    assert log_in(visitor, "facilitator", PASSWORD, address="192.0.2.8").status_code == 302


def test_what_is_tried_while_locked_does_not_lock_for_longer(visitor, facilitator):
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        for _ in range(8):
            log_in(visitor, "facilitator")
        clock.move_to(start + timedelta(minutes=14))
        assert log_in(visitor, "facilitator").status_code == 429
        clock.move_to(start + timedelta(minutes=15, seconds=2))
        assert log_in(visitor, "facilitator", PASSWORD).status_code == 302


def test_the_right_password_clears_the_names_failures_and_not_the_addresses(visitor, facilitator):
    for _ in range(7):
        log_in(visitor, "facilitator")
    assert log_in(visitor, "facilitator", PASSWORD).status_code == 302
    left = caches["throttle"].get_many(throttle._of_address("192.0.2.7").keys)
    assert len(left) == 7
    assert caches["throttle"].get_many(throttle._of_name("facilitator").keys) == {}


@pytest.fixture
def ten(settings) -> None:
    """An address is locked after ten wrong passwords, not after a hundred: as true, and ten times as fast."""
    settings.LOGIN_FAILURES_AN_ADDRESS = 10


def forged(client: Client, number: int):
    return client.post(
        LOGIN,
        {"username": f"name{number}", "password": "wrong"},
        REMOTE_ADDR="192.0.2.7",
        HTTP_X_FORWARDED_FOR=f"198.51.100.{number}",
    )


def test_a_forged_header_does_not_dodge_the_address_limit(visitor, db, ten):
    assert [forged(visitor, number).status_code for number in range(11)].count(429) == 2


def test_behind_a_proxy_only_what_it_added_last_counts(visitor, db, ten, settings):
    settings.BEHIND_PROXY = True

    def ask(number: int, last: str) -> int:
        header = f"198.51.100.{number}, {last}"
        form = {"username": f"name{number}", "password": "wrong"}
        return visitor.post(LOGIN, form, REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=header).status_code

    assert [ask(number, "203.0.113.5") for number in range(11)].count(429) == 2
    assert ask(12, "203.0.113.6") == 200


def test_control_with_the_first_entry_a_forged_header_would_dodge_it(visitor, db, ten, monkeypatch):
    monkeypatch.setattr(
        throttle, "address_of", lambda request: request.META["HTTP_X_FORWARDED_FOR"].split(",")[0]
    )
    assert [forged(visitor, number).status_code for number in range(11)].count(429) == 0


def test_control_with_one_limit_for_both_a_tired_host_locks_the_room_out(
    visitor, facilitator, colleague, settings
):
    settings.LOGIN_FAILURES_AN_ADDRESS = settings.AXES_FAILURE_LIMIT
    for _ in range(12):
        log_in(visitor, "facilitator")
    assert log_in(visitor, "colleague", PASSWORD).status_code == 429


def test_a_household_of_ipv6_is_one_address(rf):
    def counted(address: str) -> str:
        return throttle.address_of(rf.get("/", REMOTE_ADDR=address))

    assert counted("2001:db8:1:2::7") == counted("2001:db8:1:2:ffff::1") != counted("2001:db8:1:3::7")
    assert counted("nonsense") == "nonsense"


def test_neither_names_nor_addresses_nor_passwords_are_written_down(visitor, facilitator, caplog):
    caplog.set_level(logging.DEBUG)
    for _ in range(10):
        log_in(visitor, "facilitator", "s3cret-typed", address="192.0.2.77")
    log_in(visitor, "typed-my-passw0rd-here", "s3cret-typed", address="192.0.2.77")
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM gallery_throttle")
        rows = str(cursor.fetchall())
    logged = " ".join(record.getMessage() for record in caplog.records if record.name != "django.db.backends")
    for told in ("192.0.2.77", "s3cret-typed", "typed-my-passw0rd-here"):
        assert told not in rows
        assert told not in logged
    assert rows.count("-") >= 8
    assert [model.objects.count() for model in (AccessAttempt, AccessLog, AccessFailureLog)] == [0, 0, 0]


def test_a_superuser_unlocks_a_name_by_a_command(visitor, facilitator, capsys):
    for _ in range(8):
        log_in(visitor, "facilitator")
    call_command("axes_reset_username", "facilitator")
    assert log_in(visitor, "facilitator", PASSWORD).status_code == 302


def test_the_password_of_a_visitor_of_other_pages_is_never_asked_and_nothing_is_counted(visitor, gallery):
    visitor.get(reverse("lobby", args=[gallery.code]))
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM gallery_throttle")
        assert cursor.fetchone() == (0,)


# A browser that has logged in before


@pytest.fixture
def hosts_browser(facilitator) -> Client:
    """Logged in once, from the room's address, and out again."""
    client = Client()
    assert log_in(client, "facilitator", PASSWORD).status_code == 302
    client.post(reverse("admin:logout"))
    return client


def lock(name: str = "facilitator") -> None:
    """What anybody can do who knows the name."""
    for _ in range(8):
        log_in(Client(), name, address="203.0.113.9")
    assert log_in(Client(), name, PASSWORD, address="203.0.113.10").status_code == 429


def test_nobody_locks_a_host_out_of_the_browser_that_the_host_uses(hosts_browser):
    lock()
    assert log_in(hosts_browser, "facilitator", PASSWORD).status_code == 302
    assert is_in(hosts_browser)


def test_many_wrong_names_from_the_room_stop_no_host_who_was_here_before(hosts_browser, facilitator, ten):
    for number in range(10):
        log_in(Client(), f"name{number}")
    assert log_in(Client(), "facilitator", PASSWORD).status_code == 429
    assert log_in(hosts_browser, "facilitator", PASSWORD).status_code == 302


def test_control_without_its_cookie_the_browser_is_locked_out_with_the_name(hosts_browser):
    lock()
    del hosts_browser.cookies[known.COOKIE]
    assert log_in(hosts_browser, "facilitator", PASSWORD).status_code == 429


def test_the_browsers_own_eight_wrong_passwords_stop_it_and_nothing_else(hosts_browser):
    answers = [log_in(hosts_browser, "facilitator") for _ in range(8)]
    assert [answer.status_code for answer in answers] == [200] * 7 + [429]
    assert throttle.OF_BROWSER in words(answers[-1])
    assert log_in(hosts_browser, "facilitator", PASSWORD).status_code == 429
    assert log_in(Client(), "facilitator", PASSWORD).status_code == 302


def test_the_hosts_log_in_does_not_clear_what_a_guesser_has_used_up(hosts_browser):
    lock()
    log_in(hosts_browser, "facilitator", PASSWORD)
    assert log_in(Client(), "facilitator", PASSWORD).status_code == 429


def test_each_browser_has_a_count_of_its_own(hosts_browser, facilitator):
    other = Client()
    log_in(other, "facilitator", PASSWORD)
    for _ in range(8):
        log_in(other, "facilitator")
    assert log_in(hosts_browser, "facilitator", PASSWORD).status_code == 302


def test_under_another_name_the_browser_is_as_strange_as_any(hosts_browser, colleague):
    lock("colleague")
    assert log_in(hosts_browser, "colleague", PASSWORD).status_code == 429


def test_a_new_password_ends_what_other_browsers_were_known_by(hosts_browser, facilitator):
    own = Client()
    log_in(own, "facilitator", PASSWORD)
    new = {"new_password1": "staple battery horse", "new_password2": "staple battery horse"}
    own.post(reverse("admin:password_change"), {"old_password": PASSWORD, **new})
    for _ in range(8):
        log_in(Client(), "facilitator")
    assert log_in(hosts_browser, "facilitator", "staple battery horse").status_code == 429
    own.post(reverse("admin:logout"))
    assert log_in(own, "facilitator", "staple battery horse").status_code == 302


def test_it_is_known_for_ninety_days(facilitator):
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        client = Client()
        log_in(client, "facilitator", PASSWORD)
        clock.move_to(start + timedelta(days=89))
        lock()
        assert log_in(client, "facilitator").status_code == 200
        clock.move_to(start + timedelta(days=91))
        lock()
        client.cookies[known.COOKIE]["max-age"] = ""
        assert log_in(client, "facilitator", PASSWORD).status_code == 429


@pytest.mark.parametrize("made_up", ["", "x", ":::", "WyJhIiwiYiJd:1abc:xyz", "é\x01" * 900])
def test_a_made_up_cookie_is_no_key(visitor, facilitator, made_up):
    lock()
    visitor.cookies[known.COOKIE] = made_up
    assert log_in(visitor, "facilitator", PASSWORD).status_code == 429


def test_the_cookie_is_sealed_for_the_server_alone_and_tells_nothing(visitor, facilitator):
    cookie = log_in(visitor, "facilitator", PASSWORD).cookies[known.COOKIE]
    assert cookie["max-age"] == 90 * 24 * 3600
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert "facilitator" not in str(signing.loads(cookie.value, salt=known.SALT))


def test_only_the_right_password_earns_it(visitor, as_facilitator, facilitator, codes):
    assert known.COOKIE not in log_in(visitor, "facilitator").cookies
    assert known.COOKIE not in log_in(visitor, "facilitator", PASSWORD).cookies  # the second step is missing
    assert known.COOKIE not in as_facilitator.get(LOGIN).cookies
    assert known.COOKIE not in as_facilitator.post(reverse("admin:password_change"), {}).cookies


# Sessions


def test_the_session_cookie_is_for_a_day_and_for_the_server_alone(visitor, facilitator):
    cookie = log_in(visitor, "facilitator", PASSWORD).cookies["session"]
    assert cookie["max-age"] == 24 * 3600
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_a_session_ends_after_its_hours(visitor, facilitator):
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        log_in(visitor, "facilitator", PASSWORD)
        clock.move_to(start + timedelta(hours=23))
        assert is_in(visitor)
        clock.move_to(start + timedelta(hours=25))
        assert not is_in(visitor)


def test_logging_in_takes_a_new_session_key(visitor, facilitator):
    visitor.session.save()
    visitor.cookies["session"] = planted = Session.objects.get().session_key
    log_in(visitor, "facilitator", PASSWORD)
    assert visitor.cookies["session"].value != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_a_new_password_ends_the_other_sessions(facilitator):
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        log_in(client, "facilitator", PASSWORD)
    new = {"new_password1": "staple battery horse", "new_password2": "staple battery horse"}
    here.post(reverse("admin:password_change"), {"old_password": PASSWORD, **new})
    assert (is_in(here), is_in(elsewhere)) == (True, False)


def test_guessing_the_old_password_is_counted_too(as_facilitator, facilitator):
    page = reverse("admin:password_change")
    new = {"new_password1": "staple battery horse", "new_password2": "staple battery horse"}
    wrong = [as_facilitator.post(page, {"old_password": WRONG, **new}) for _ in range(9)]
    assert [answer.status_code for answer in wrong] == [200] * 7 + [429] * 2
    assert login.WRONG_PASSWORD in words(wrong[0])
    assert throttle.OF_NAME in words(wrong[-1])
    assert as_facilitator.post(page, {"old_password": PASSWORD, **new}).status_code == 429
    call_command("axes_reset_username", "facilitator")
    assert as_facilitator.post(page, {"old_password": PASSWORD, **new}).status_code == 302  # control


# The second step

PAGE = "/admin/second-step/"


def digits(user: User, later: int = 0) -> str:
    """What the person's app shows, now or some steps of 30 seconds later."""
    device = TOTPDevice.objects.get(user=user)
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    totp.time = timezone.now().timestamp() + 30 * later
    return f"{totp.token():06d}"


@pytest.fixture
def clock():
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


def set_up(client: Client, user: User) -> list[str]:
    """The recovery codes."""
    client.post(PAGE, {"act": "begin"})
    answer = words(client.post(PAGE, {"act": "confirm", "password": PASSWORD, "code": digits(user)}))
    return re.findall(r"<li><code>(\w+)</code></li>", answer)


@pytest.fixture
def codes(clock, as_facilitator, facilitator) -> list[str]:
    found = set_up(as_facilitator, facilitator)
    clock.shift(timedelta(minutes=2))
    return found


def test_the_page_shows_a_square_code_and_the_secret_to_type(as_facilitator, facilitator):
    assert "Second step</a>" in words(as_facilitator.get(reverse("admin:index")))
    assert "<svg" not in words(as_facilitator.get(PAGE)).partition("second-step")[2].partition("</form>")[0]
    as_facilitator.post(PAGE, {"act": "begin"})
    page = words(as_facilitator.get(PAGE))
    assert second_step.secret(second_step.begun(facilitator)) in page
    assert 'class="second-step-qr"' in page


def test_ten_recovery_codes_are_shown_once(as_facilitator, codes):
    assert len(set(codes)) == 10
    page = words(as_facilitator.get(PAGE))
    assert "10 recovery codes left" in page
    assert not any(code in page for code in codes)


def test_a_wrong_first_code_switches_nothing_on(as_facilitator, facilitator, clock):
    as_facilitator.post(PAGE, {"act": "begin"})
    answer = as_facilitator.post(PAGE, {"act": "confirm", "password": PASSWORD, "code": "abc"})
    assert (answer.status_code, second_step.WRONG in words(answer)) == (422, True)
    assert not second_step.is_on(facilitator)


@pytest.mark.parametrize("sent", [{}, {"password": ""}, {"password": WRONG}])
def test_a_borrowed_session_sets_nothing_up_without_the_password(as_facilitator, facilitator, clock, sent):
    as_facilitator.post(PAGE, {"act": "begin"})
    form = {"act": "confirm", "code": digits(facilitator)}
    answer = as_facilitator.post(PAGE, form | sent)
    assert (answer.status_code, "This is not your password." in words(answer)) == (422, True)
    assert not second_step.is_on(facilitator)
    as_facilitator.post(PAGE, form | {"password": PASSWORD})
    assert second_step.is_on(facilitator)


def test_the_password_alone_is_not_enough_any_more(visitor, facilitator, codes):
    answer = log_in(visitor, "facilitator", PASSWORD)
    assert "type the six digits from your app, or a recovery code" in words(answer)
    assert not is_in(visitor)


def test_the_apps_code_opens_once(visitor, facilitator, codes):
    code = digits(facilitator)
    assert log_in(visitor, "facilitator", PASSWORD, code=f"{code[:3]} {code[3:]}").status_code == 302
    assert is_in(visitor)
    assert second_step.WRONG in words(log_in(Client(), "facilitator", PASSWORD, code=code))


def test_a_recovery_code_opens_once(visitor, facilitator, codes):
    assert log_in(visitor, "facilitator", PASSWORD, code=codes[0].upper()).status_code == 302
    assert second_step.WRONG in words(log_in(Client(), "facilitator", PASSWORD, code=codes[0]))
    assert StaticToken.objects.count() == 9


def test_wrong_codes_are_slowed_down_and_the_right_one_waits_too(visitor, facilitator, codes):
    assert second_step.WRONG in words(log_in(visitor, "facilitator", PASSWORD, code="000000"))
    assert second_step.SLOWLY in words(log_in(visitor, "facilitator", PASSWORD, code=digits(facilitator)))
    assert log_in(visitor, "facilitator", PASSWORD, code=codes[0]).status_code == 302


def test_a_code_without_the_password_tells_nothing(visitor, facilitator, codes):
    answer = words(log_in(visitor, "facilitator", code=digits(facilitator)))
    assert login.WRONG_PAIR in answer
    assert log_in(visitor, "facilitator", PASSWORD, code=digits(facilitator)).status_code == 302


def test_whoever_has_no_second_step_logs_in_as_before(visitor, colleague, codes):
    assert log_in(visitor, "colleague", PASSWORD).status_code == 302
    assert log_in(Client(), "colleague", PASSWORD, code="123456").status_code == 302


def test_it_is_switched_off_with_password_and_code(as_facilitator, facilitator, codes):
    def off(password: str, code: str):
        return as_facilitator.post(PAGE, {"act": "switch_off", "password": password, "code": code})

    assert "This is not your password." in words(off("wrong", codes[0]))
    assert second_step.WRONG in words(off(PASSWORD, "zzzzzzzz"))
    assert second_step.is_on(facilitator)
    off(PASSWORD, digits(facilitator))
    assert not second_step.is_on(facilitator)
    assert not StaticToken.objects.exists()


@pytest.mark.parametrize("act", ["confirm", "switch_off"])
def test_guessing_the_password_there_is_counted_too(as_facilitator, facilitator, codes, act):
    form = {"act": act, "password": "wrong", "code": "1"}
    answers = [as_facilitator.post(PAGE, form).status_code for _ in range(9)]
    assert answers == [422] * 7 + [429] * 2


def test_one_sets_it_up_for_oneself_only(as_facilitator, facilitator, colleague, codes):
    assert not second_step.is_on(colleague)
    assert TOTPDevice.objects.get().user == facilitator


def test_a_superuser_switches_it_off_for_who_lost_the_phone(admin_client, as_facilitator, facilitator, codes):
    form = {"action": "switch_off_second_step", "_selected_action": [facilitator.pk]}
    assert as_facilitator.post(reverse("admin:auth_user_changelist"), form).status_code == 403
    assert second_step.is_on(facilitator)
    admin_client.post(reverse("admin:auth_user_changelist"), form)
    assert not second_step.is_on(facilitator)


def test_nobody_reads_the_secrets_in_the_admin(admin_client, codes):
    page = words(admin_client.get(reverse("admin:index")))
    assert "otp_" not in page
    assert "axes" not in page
    assert admin_client.get("/admin/otp_totp/totpdevice/").status_code == 404


def test_an_unknown_button_is_said_in_words(as_facilitator):
    answer = as_facilitator.post(PAGE, {"act": "everything"})
    assert (answer.status_code, "press one of the page’s buttons" in words(answer)) == (404, True)
