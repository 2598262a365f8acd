#!/usr/bin/env python3
"""Writes a register of corporate numbers as the National Tax Agency publishes it: thirty quoted columns, no heading, CRLF.

    corporate_numbers.py COUNT ENCODING [FIRST] [NAME=VALUE ...] >file

Invented companies from FIRST on, each with the check digit of its number; ENCODING is that of Python (cp932, utf-8, utf-8-sig).
Rows of one's own come first: number:name[:enName[:closeDate]].
"""
import sys

COLUMNS = 30
NUMBER, PROCESS, CORRECT, UPDATED, CHANGED, NAME, KIND, PREFECTURE, CITY, STREET = 1, 2, 3, 4, 5, 6, 8, 9, 10, 11
CLOSED, CAUSE, LATEST, EN_NAME, FURIGANA, ASSIGNED = 18, 19, 23, 24, 28, 22


def with_check_digit(twelve):
    """9 - (sum of P_n * Q_n mod 9), Q = 1, 2, 1, 2 ... from the right."""
    total = sum(int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(twelve)))
    return f"{9 - total % 9}{twelve}"


def row(sequence, number, name, en_name="", closed=""):
    cells = [""] * COLUMNS
    cells[0] = str(sequence)
    cells[NUMBER], cells[NAME], cells[EN_NAME] = number, name, en_name
    cells[PROCESS], cells[CORRECT], cells[KIND], cells[LATEST] = "01", "0", "301", "1"
    cells[UPDATED] = cells[CHANGED] = cells[ASSIGNED] = "2026-10-05"
    cells[PREFECTURE], cells[CITY], cells[STREET] = "東京都", "千代田区", f"丸の内{sequence % 9 + 1}丁目{sequence % 30 + 1}番1号"
    cells[FURIGANA] = "ミライ"
    if closed:
        cells[CLOSED], cells[CAUSE], cells[PROCESS] = closed, "01", "21"
    return ",".join(f'"{cell}"' for cell in cells) + "\r\n"


def main():
    count, encoding = int(sys.argv[1]), sys.argv[2]
    own = [one for one in sys.argv[3:] if ":" in one]
    first = next((int(one) for one in sys.argv[3:] if ":" not in one), 10_000_000_000)
    out = sys.stdout.buffer
    sequence = 0
    if encoding == "utf-8-sig":
        out.write(b"\xef\xbb\xbf")
        encoding = "utf-8"
    for one in own:
        sequence += 1
        out.write(row(sequence, *one.split(":")).encode(encoding))
    part = []
    for at in range(first, first + count):
        sequence += 1
        part.append(row(sequence, with_check_digit(f"{at:012d}"), f"株式会社架空商事{at % 1000003}", f"Kaku {at} Co., Ltd." if at % 3 == 0 else ""))
        if len(part) == 20000:
            out.write("".join(part).encode(encoding))
            part = []
    out.write("".join(part).encode(encoding))


main()
