"""Which numbers are GTINs, held against lists that others made."""

import csv
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import ean

from products.errors import InvalidValue
from products.services.gtins import normal_gtin

VECTORS = Path(os.environ.get("CATALOG_SAMPLES_DIR", "../shared/data")) / "vectors" / "gtin"
FORGIVEN = {"2266111566", "036000291452 ", " 4006381333931", "978-0-306-40615-7"}
NUMBERS = VECTORS / "gtin_vectors.csv"


@pytest.mark.parametrize(
    ("code", "normal"),
    [
        ("73513537", "00000073513537"),
        ("614141000036", "00614141000036"),
        ("4006381333931", "04006381333931"),
        ("12345678901231", "12345678901231"),
        (" 400638-133393-1 ", "04006381333931"),
        ("0-306-40615-2", "09780306406157"),
        ("080442957X", "09780804429573"),
        ("080442957x", "09780804429573"),
        ("978-0-306-40615-7", "09780306406157"),
    ],
)
def test_each_form_becomes_fourteen_digits(code: str, normal: str) -> None:
    assert normal_gtin(code) == normal


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("4006381333932", "1 would be right"),
        ("0000000000000", "is no GTIN"),
        ("0306406153", "is no GTIN"),
        ("12345", "is no GTIN"),
        ("4719.5120.0288.9", "is no GTIN"),
        ("\u0664006381333931", "is no GTIN"),
        ("", "is no GTIN"),
    ],
)
def test_what_is_no_gtin_is_told_apart(code: str, told: str) -> None:
    with pytest.raises(InvalidValue, match=told):
        normal_gtin(code)


@given(digits=st.integers(1, 10**13 - 1), length=st.sampled_from([8, 12, 13, 14]))
def test_one_wrong_digit_is_always_found(digits: int, length: int) -> None:
    body = f"{digits:013d}"[-(length - 1) :]
    if not body.strip("0"):
        return
    code = body + ean.calc_check_digit(body)
    assert normal_gtin(code) == code.zfill(14)
    for place in range(length):
        wrong = code[:place] + str((int(code[place]) + 1) % 10) + code[place + 1 :]
        with pytest.raises(InvalidValue):
            normal_gtin(wrong)


@pytest.mark.skipif(
    not NUMBERS.exists(), reason=f"the GTIN vectors are not in {VECTORS}: set CATALOG_SAMPLES_DIR"
)
def test_the_vectors_are_judged_as_their_makers_judge_them() -> None:
    with NUMBERS.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 340
    wrong = [row for row in rows if is_taken(row["value"]) is not (row["expected"] == "valid")]
    # Blanks and hyphens do not count for us, and an ISBN-10 is as good as its ISBN-13.
    assert {row["expected"] for row in wrong} == {"invalid"}
    assert {row["value"] for row in wrong} == FORGIVEN


def is_taken(code: str) -> bool:
    try:
        return len(normal_gtin(code)) == 14
    except InvalidValue:
        return False
