"""Messages of somebody who is angry or does not know how to go on."""

from __future__ import annotations

import re
from typing import Literal

from bot.text.normalise import normalise

Mood = Literal["", "rude", "desperate", "danger"]

_DANGER = (
    r"\b(?:kill (?:my|him|her|them)?sel(?:f|ves)|suicide|want to die|end my life|hurt myself)\b"
    r"|ចង់ស្លាប់|សម្លាប់ខ្លួន|ធ្វើអត្តឃាត|មិនចង់រស់|អត់ចង់រស់|\b(?:chong|jong) slab\b"
)
_RUDE = (
    r"\b(?:f+u+c+k\w*|sh[i1]t+\w*|bull ?shit|stupid\w*|idiots?|moron\w*|asshole\w*|bitch\w*|"
    r"bastard\w*|dumb\w*|useless|worthless|damn\w*|crap\w*|wtf|stfu|shut up|go to hell|"
    r"screw you|scammers?|liars?|hate (?:you|this))\b"
    r"|អាឆ្កែ|ឆ្កែអើយ|ល្ងង់|អាភ្លើ|ភ្លីភ្លើ|អាឡប់|ចោលម្សៀត|ចង្រៃ|ចុយ|ម៉ែវា|ម៉ែអា|ម៉ែឯង|អាម៉ែ"
    r"|មិនបានការ|អត់បានការ|គ្មានបានការ|ឥតបានការ|អាចោរ|បោកប្រាស់|ថោកទាប"
    r"|\b(?:a ?chk[ae]+|chk[ae]+ eu?y|lngong|l'ngong|a ?phl(?:er|eu)|mae va|mae a|"
    r"(?:ot|ort|min|kmean) ban ka|changrai)\b"
    r"|[😡🤬😠💢🖕]"
)
_DESPERATE = (
    r"\b(?:desperate\w*|hopeless|helpless|(?:no ?body|no one) (?:help|listen|answer|care)\w*|"
    r"i give up|i(?: am|'m|m) (?:crying|lost|so tired|exhausted|begging)|beg(?:ging)? you|"
    r"do ?n[o']?t know what (?:to|else)(?: to)? do|what (?:else )?can i do|at my wits.? end|"
    r"i can'?t take)\b"
    r"|អស់សង្ឃឹម|គ្មានសង្ឃឹម|អង្វរ|ពិបាកចិត្ត|ហត់ណាស់|ខ្ញុំយំ|ទាល់ច្រក|គ្មានអ្នកជួយ"
    r"|(?:មិន|អត់)ដឹង(?:ថា)?(?:ត្រូវ|គួរ)?ធ្វើ(?:ម៉េច|យ៉ាងម៉េច|យ៉ាងណា|អី|អ្វី)(?:ទៀត)?(?:ទេ|$)"
    r"|(?:គ្មាន|អត់មាន)អ្នកណា(?:ជួយ|ឆ្លើយ|ស្ដាប់|ស្តាប់)"
    r"|\b(?:os song ?khem|ot dong (?:tver|thver|tvea) (?:mech|ey)|pibak chet|ongvor|"
    r"kmean neak (?:na )?chuoy)\b"
    r"|[😭😩😫]"
)
_MOODS: tuple[tuple[Mood, re.Pattern[str]], ...] = (
    ("danger", re.compile(_DANGER, re.IGNORECASE)),
    ("desperate", re.compile(_DESPERATE, re.IGNORECASE)),
    ("rude", re.compile(_RUDE, re.IGNORECASE)),
)


def mood_of(text: str) -> Mood:
    """How somebody feels who writes this, where the words say it; empty for everybody else."""
    words = normalise(text).replace("’", "'")
    return next((mood for mood, pattern in _MOODS if pattern.search(words)), "")
