#!/usr/bin/env python3
"""Writes rows of the e164 family in the vectors' form, answered by python3-phonenumbers.

    number_rows.py ROWS [SEED]        (from the repository root)

Numbers are examples of every region and kind with digits changed, dropped and added, written as
people write them, some with a default region. Its metadata is of another release than ours, so two
references of releases near ours have to agree (numbers.mjs) before a row is asked. What the vectors
leave open is not asked: letters beside a default region, numbers that are possible only within
their own area, or longer than E.164 has them (the metadata knows some German ones).
"""
import json
import random
import re
import sys

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType, ValidationResult, timezone

TYPES = [number for number in PhoneNumberType.values() if number != PhoneNumberType.UNKNOWN]
NAMES = {number: PhoneNumberType.to_string(number).lower() for number in TYPES}
REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
CODES = sorted(phonenumbers.COUNTRY_CODES_FOR_NON_GEO_REGIONS)
REASONS = {ValidationResult.TOO_SHORT: "too_short", ValidationResult.TOO_LONG: "too_long",
           ValidationResult.INVALID_LENGTH: "invalid_length"}
JUNK = ["", " ", "+", "++14155550132", "+1+4155550132", "4155550132", "+1415555013a", "call me",
        "+", "-", "()", "+()", "1-800-FLOWERS", "+1 800 FLOWERS", "tel+14155550132", "N/A", "null",
        "+1415555O132", "0", "+0", "+00", "+014155550132", "٤١٥٥٥٥٠١٣٢", "+1 415#555", "+1,4155550132",
        "+1415555013²", "123@example.com", "+1*4155550132"]


def refused(syntax, reason):
    return {"syntax": syntax, "valid": False, "reason": reason, "e164": None, "region": None,
            "callingCode": None, "type": None, "zones": None}


def answer(raw, region):
    """The row's answer, or None where the vectors leave it open."""
    syntax = re.fullmatch(r"\+[1-9][0-9]{0,14}", raw) is not None
    text = re.sub(r"[ .()\-]", "", raw)
    if re.fullmatch(r"\+[0-9]+" if region is None else r"\+?[0-9]+", text) is None:
        return refused(syntax, "syntax") if region is None else None
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        if error.error_type == error.INVALID_COUNTRY_CODE:
            return refused(syntax, "unknown_country_code")
        return None
    if not phonenumbers.is_valid_number(number):
        possible = phonenumbers.is_possible_number_with_reason(number)
        if possible == ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
            return None
        return refused(syntax, REASONS.get(possible, "not_assigned"))
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if len(e164) > len("+") + 15:
        return None
    return {"syntax": syntax, "valid": True, "reason": None, "e164": e164,
            "region": phonenumbers.region_code_for_number(number),
            "callingCode": number.country_code, "type": NAMES[phonenumbers.number_type(number)],
            "zones": sorted(timezone.time_zones_for_number(number))}


def mutated(rng, digits):
    digits = list(digits)
    for _ in range(rng.choice([0, 1, 1, 2, 4])):
        place = rng.randrange(max(0, len(digits) - rng.choice([2, 4, 7])), len(digits))
        digits[place] = str(rng.randrange(10))
    if rng.random() < .12:
        digits.insert(rng.randrange(len(digits) + 1), str(rng.randrange(10)))
    if rng.random() < .12 and len(digits) > 1:
        digits.pop(rng.randrange(len(digits)))
    return "".join(digits)


def punctuated(rng, text):
    if rng.random() < .5:
        return text
    out = text[0]
    for char in text[1:]:
        out += (rng.choice([" ", "-", ".", " ", "("]) if rng.random() < .2 else "") + char
    return out


def question(rng):
    if rng.random() < .03:
        return rng.choice(JUNK), None
    if rng.random() < .05:
        return "+" + str(rng.randrange(1, 10 ** rng.randint(1, 16))), None
    if rng.random() < .03:
        number = phonenumbers.example_number_for_non_geo_entity(rng.choice(CODES))
    else:
        region = rng.choice(REGIONS)
        number = (phonenumbers.example_number_for_type(region, rng.choice(TYPES)) or
                  phonenumbers.example_number(region))
    if number is None:
        return question(rng)
    national = mutated(rng, phonenumbers.national_significant_number(number))
    international = f"{number.country_code}{national}"
    main = phonenumbers.region_code_for_country_code(number.country_code)
    if main == "001" or rng.random() < .7:
        return punctuated(rng, "+" + international), None
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region)
    trunk = metadata.national_prefix or ""
    home = rng.choice([region, region, main])
    return punctuated(rng, rng.choice([national, trunk + national, trunk + national,
                                       "+" + international])), home


def main():
    count = int(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    rng = random.Random(seed)
    made = 0
    while made < count:
        raw, region = question(rng)
        expect = answer(raw, region)
        if expect is not None:
            print(json.dumps({"id": f"e164-{seed}-{made:06}", "family": "e164",
                              "input": {"raw": raw, "defaultRegion": region}, "expect": expect},
                             separators=(",", ":")))
            made += 1


if __name__ == "__main__":
    main()
