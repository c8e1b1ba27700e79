from __future__ import annotations

import pytest

from bot.services.corrections import correction_of
from tests.unit.conversation.parcel_form import said


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("no, Poipet", "Poipet"),
        ("No. Poipet", "Poipet"),
        ("no no, Poipet please", "Poipet"),
        ("no Poipet", "Poipet"),
        ("sorry, Poipet", "Poipet"),
        ("no, I meant car", "car"),
        ("I meant car", "car"),
        ("i mean a car", "a car"),
        ("actually, a lorry", "a lorry"),
        ("change it to 2023", "2023"),
        ("not Battambang, Poipet", "Poipet"),
        ("not Battambang but Poipet", "Poipet"),
        ("Poipet, not Battambang", "Poipet"),
        ("Poipet not Battambang", "Poipet"),
        ("ទេ ប៉ោយប៉ែត", "ប៉ោយប៉ែត"),
        ("ទេប៉ោយប៉ែត", "ប៉ោយប៉ែត"),
        ("អត់ទេ ប៉ោយប៉ែត", "ប៉ោយប៉ែត"),
        ("ទេ ខ្ញុំចង់និយាយថា ឡាន", "ឡាន"),
        ("ខ្ញុំចង់និយាយថាឡាន", "ឡាន"),
        ("ខុសហើយ បាត់ដំបង", "បាត់ដំបង"),
        ("សុំទោស គឺប៉ោយប៉ែតវិញ", "ប៉ោយប៉ែត"),
        ("មិនមែនបាត់ដំបងទេ ប៉ោយប៉ែត", "ប៉ោយប៉ែត"),
        ("ប៉ោយប៉ែត មិនមែនបាត់ដំបងទេ", "ប៉ោយប៉ែត"),
        ("te poipet", "poipet"),
        ("ot te, poipet", "poipet"),
        ("min men battambang te poipet", "poipet"),
    ],
)
def test_a_correction_is_known_by_its_words(text, meant):
    correction = correction_of(said(text, "deny"))
    assert correction.heard.text == meant
    assert correction.heard.corrects
    assert correction.heard.intent == "inform"


@pytest.mark.parametrize(
    "text",
    [
        *("", "no", "ទេ", "អត់ទេ", "no thanks", "Poipet", "how much is a car", "cancel"),
        *("nothing to say", "note the fee", "notary", "អត់ទេ អរគុណ", "no, thank you"),
        "no, " + "the officers let me wait for three hours and then went to lunch together",
    ],
)
def test_other_messages_are_no_correction(text):
    assert correction_of(said(text, "deny")) is None


def test_what_was_taken_back_is_not_heard_again():
    heard = said("Poipet, not Battambang", "inform")
    heard = type(heard)(heard.text, "en", "inform", entities={"place": ("Poipet", "Battambang")})
    assert correction_of(heard).heard.entities == {"place": ("Poipet",)}


def test_a_correction_with_a_meaning_of_its_own_keeps_it():
    part = said("where is the office", "find_office")
    heard = said("no, where is the office", "deny")
    heard = type(heard)(heard.text, "en", "deny", parts=(said("no", "deny"), part))
    assert correction_of(heard).heard.intent == "find_office"


@pytest.mark.parametrize(
    ("text", "surely"), [("no parking", False), ("no, Poipet", True), ("ទេ ប៉ោយប៉ែត", True)]
)
def test_a_no_that_does_not_stand_apart_is_unsure(text, surely):
    assert correction_of(said(text, "deny")).surely is surely
