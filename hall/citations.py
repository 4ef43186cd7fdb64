"""The article of a statute in the reader's language: 《信访工作条例》第二十条第一款 is "…, Art. 20 para. 1" in English.

Citations are kept as the statute writes them, in the tables, in the journal and on the papers; the English pages
translate them where they show them. What is not in the usual form stays as it is rather than half translated.
"""

from __future__ import annotations

import re

from django.utils.translation import get_language

LAWS = {
    "信访工作条例": "Regulations on Petition Work",
    "信访条例": "Petition Regulations (2005)",
    "民法典": "Civil Code",
    "档案法": "Archives Law",
    "个人信息保护法": "Personal Information Protection Law",
}
WHOLE = {
    "国信发〔2015〕12号": "Joint Reception Hall Rules (2015, No. 12)",
    "国信发〔2014〕16号": "Satisfaction Rating Measures (2014, No. 16)",
    "国信发〔2022〕11号": "Satisfaction Rating Measures (2022, No. 11)",
    "国信办发〔2022〕17号": "Simple Handling Measures (2022, No. 17)",
    "《信访事项简易办理办法》（国信办发〔2022〕17号）": "Measures for the Simple Handling of Petition Matters"
    " (2022, No. 17)",
}
"""What is cited as a whole: its text, with articles to number, was not seen."""
_DIGITS = "零一二三四五六七八九"
_NUMBER = "[一二三四五六七八九十百零]+"
_PLACE = re.compile(
    rf"(?:《(?P<law>[^》]+)》)?第(?P<article>{_NUMBER})条"
    rf"(?:第(?P<paragraph>{_NUMBER})款)?"
    rf"(?:第?（(?P<item>{_NUMBER})）项?)?"
    rf"(?:至第?（(?P<last>{_NUMBER})）项?)?"
)

_PARTS = re.compile(rf"(?P<whole>国信发〔\d{{4}}〕\d+号)(?P<items>(?:（{_NUMBER}）)+)")
"""A rule of the State Bureau by its numbered parts: 国信发〔2015〕12号（五）（六）."""


def in_english() -> bool:
    """The reader has the English pages."""
    return (get_language() or "").startswith("en")


def cite(text: str) -> str:
    """The citation in the reader's language; `text` itself in Chinese or when any part of it is of another form."""
    if not in_english() or not text:
        return text
    if text in WHOLE:
        return WHOLE[text]
    if parts := _PARTS.fullmatch(text):
        items = "".join(f" ({_value(item)})" for item in re.findall(_NUMBER, parts["items"]))
        return f"{WHOLE[parts['whole']]}, part{items}" if parts["whole"] in WHOLE else text
    places = [_PLACE.fullmatch(part) for part in text.split("、")]
    if not all(place and (place["law"] is None or place["law"] in LAWS) for place in places):
        return text
    return ", ".join(_english(place) for place in places if place)


def _english(place: re.Match[str]) -> str:
    law = f"{LAWS[place['law']]}, " if place["law"] else ""
    paragraph = f" para. {_value(place['paragraph'])}" if place["paragraph"] else ""
    item = f"({_value(place['item'])})" if place["item"] else ""
    last = f" to ({_value(place['last'])})" if place["last"] else ""
    return f"{law}Art. {_value(place['article'])}{paragraph}{item}{last}"


def _value(numeral: str) -> int:
    """Chinese numerals as statutes use them, below 1000: 三十一 is 31, 一百零二 is 102."""
    total, digit = 0, 0
    for sign in numeral:
        if sign in "十百":
            total += (digit or 1) * (10 if sign == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS.index(sign)
    return total + digit
