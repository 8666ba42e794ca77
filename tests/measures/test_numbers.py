"""Numbers as people write them, read exactly or told."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.numbers import (
    NotANumber,
    decide_sign,
    evidence,
    plain,
    read_number,
    says_no_value,
    within_limits,
)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("85.7%", "85.7", "%"),
        ("85.7 %", "85.7", "%"),
        ("5 per cent", "5", "%"),
        ("14,973", "14973", ""),
        ("1,234,567.89", "1234567.89", ""),
        ("12,34,567", "1234567", ""),
        ("$1.2m", "1200000", "$"),
        ("£3k", "3000", "£"),
        ("€1bn", "1000000000", "€"),
        ("1.2 million", "1200000", ""),
        ("1 234", "1234", ""),
        ("1\u00a0234", "1234", ""),
        ("1\u2009234", "1234", ""),
        ("1\u202f234", "1234", ""),
        ("1’234.5", "1234.5", ""),
        ("(1,234)", "-1234", ""),
        ("$(3.5)", "-3.5", "$"),
        ("(5%)", "-5", "%"),
        ("−12", "-12", ""),
        ("–12", "-12", ""),
        ("-$5", "-5", "$"),
        ("+7", "7", ""),
        (".5", "0.5", ""),
        ("12 days", "12", "days"),
        ("12 km/h", "12", "km/h"),
        ("10 EUR", "10", "EUR"),
        ("0.10000000", "0.1", ""),
        ("999999999999999", "999999999999999", ""),
        ("007", "7", ""),
    ],
)
def test_a_number_is_read_exactly(text, value, unit):
    assert read_number(text) == (Decimal(value), unit)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("1 234,5", "1234.5", ""),
        ("1.234.567,8", "1234567.8", ""),
        ("85,7 %", "85.7", "%"),
        ("14,973", "14.973", ""),
        ("3,5 Mio €", "3500000", "€"),
        ("(1.234,5)", "-1234.5", ""),
    ],
)
def test_a_comma_parts_decimals_where_the_file_says_so(text, value, unit):
    assert read_number(text, ",") == (Decimal(value), unit)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("abc", "not a number"),
        ("12 of 15", "not a number"),
        ("12 (est)", "not a number"),
        ("5–6", "not a number"),
        ("<5", "not a number"),
        ("12a", "not a number"),
        ("3rd", "not a number"),
        ("5 Mar", "not a number"),
        ("12:30", "not a number"),
        ("2024-03-01", "not a number"),
        ("--5", "not a number"),
        ("٣", "not a number"),
        ("½", "not a number"),
        ("1\x002", "not a number"),
        ("5" * 200, "not a number"),
        ("1.2m", "could be millions"),
        ("=A1+B1", "formula"),
        ("#DIV/0!", "error"),
        ("1.2E+05", "shortened"),
        ("1,5", "parts decimals"),
        ("0.1234567", "7 decimals"),
        ("1234567890123456", "16 digits"),
        ("1234567890000000", "too large"),
        ("$1200000bn", "too large"),
    ],
)
def test_what_is_no_number_is_said_in_words(text, words):
    with pytest.raises(NotANumber, match=words):
        read_number(text)


@pytest.mark.parametrize(
    "text", ["n/a", "N/A", "TBD", "tbc", "-", "–", "—", "..", "…", "not available", " n/a "]
)
def test_no_value_is_told_apart_from_no_number(text):
    assert says_no_value(text)


@pytest.mark.parametrize("text", ["0", "12", "-1", "none of 5", "naturally"])
def test_control_a_number_or_a_word_is_not_no_value(text):
    assert not says_no_value(text)


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("14,973", ""),
        ("14.973", ""),
        ("1 234", ""),
        ("85.7%", "."),
        ("85,7 %", ","),
        ("1,234,567", "."),
        ("1.234.567", ","),
        ("1,234.5", "."),
        ("1.234,5", ","),
        ("0,123", ","),
        ("1234,567", ","),
        ("$(3.5)", "."),
        ("1.3.2024", ""),
        ("see version 1.2", ""),
    ],
)
def test_what_a_number_tells_of_its_decimal_sign(text, sign):
    assert evidence(text) == sign


def test_the_sign_is_decided_for_the_whole_file_and_says_why():
    found = decide_sign([(2, "14.973"), (3, "85,7 %"), (4, "12")])
    assert (found.sign, found.sure) == (",", True)
    assert "“85,7 %” in row 3" in found.why


def test_without_evidence_a_point_parts_decimals_and_that_is_said():
    found = decide_sign([(2, "14,973"), (3, "12")])
    assert (found.sign, found.sure) == (".", False)
    assert "no number in the file shows which" in found.why


def test_numbers_that_speak_against_the_decision_are_named():
    found = decide_sign([(2, "85,7"), (3, "1.5"), (4, "2.5")])
    assert (found.sign, found.sure) == (".", False)
    assert "1 of 3 numbers speak against it, such as “85,7” in row 2" in found.why


exact = st.decimals(min_value=-(10**9) + 1, max_value=10**9 - 1, places=6, allow_nan=False).map(within_limits)


def grouped(value: Decimal, sign: str, group: str) -> str:
    text = f"{value:,f}"
    return text.replace(",", "\0").replace(".", sign).replace("\0", group)


@settings(deadline=None)
@given(exact, st.sampled_from([(".", ","), (",", "."), (",", " "), (",", "\u202f"), (".", "’")]))
def test_any_exact_number_comes_back_as_it_was_written(value, signs):
    assert read_number(grouped(value, *signs), signs[0]).value == value


@settings(deadline=None)
@given(exact)
def test_what_is_shown_reads_back_the_same(value):
    assert read_number(plain(value)).value == value


@settings(deadline=None)
@given(st.text(max_size=100))
def test_any_text_is_a_number_or_says_why_not(text):
    for sign in ".,":
        try:
            value = read_number(text, sign).value
        except NotANumber as fault:
            assert str(fault)
        else:
            assert value == within_limits(value)


@settings(deadline=None)
@given(exact)
def test_control_reading_with_the_other_sign_does_not_keep_a_number_exact(value):
    """The property above catches a reader that takes the wrong sign."""
    if value == value.to_integral_value() or len(f"{abs(value) % 1:f}") == 5:
        return
    with pytest.raises(NotANumber):
        read_number(plain(value), ",")
