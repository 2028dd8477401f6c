"""What people say around a time without changing it: "they said they'd hopefully decide …".

Only listed words are set aside. Whatever else stands around a time may change it ("unless the budget
freezes"), so it stays, and the words are then refused.
"""

from __future__ import annotations

import re


def without_lead_in(text: str) -> str:
    """Set aside, from plain text, hedges anywhere and who-will-do-what at the beginning."""
    text = " ".join(_HEDGE.sub("", text).split())
    text = _NOT_BEFORE.sub("not", text)
    return _LEAD_IN.sub("", text, count=1)


_HEDGE = re.compile(
    r"""\ -\ ish\b | \b(?:
        (?:most|very)\ likely | likely | probably | hopefully | ideally | realistically | definitely
      | (?<=\bon\ )or\ (?:about|around) | (?:round\ )?about | around | roughly
      | approximately | approx | circa | either | anywhere | sometime | some\ time
      | (?:at\ )?some\ point | or\ so | or\ thereabouts | give\ or\ take | ish
      | i\ (?:think|guess|hope|believe|suppose|assume)
      | (?:at\ )?(?:the\ )?(?:(?:very|absolute)\ )?latest | at\ the\ outside
      | at\ (?:the\ )?most | tops | max | maximum
      | (?<!\bon\ )or\ (?:sooner|earlier|less) | if\ not\ (?:sooner|earlier|before)
    )\b""",
    re.VERBOSE,
)

_WHO = r"""(?:i|we|you|they|he|she|it|that|
    (?:(?:the|their|our|my)\ )?(?:(?:hiring|search)\ )?
    (?:team|company|recruiter|manager|panel|committee|client|agency|board|boss|hr|director|interviewer))"""

_SAID = r"""(?:said|says|say|wrote|mentioned|promised|indicated|suggested
    |(?:(?:was|were)\ )?told(?:\ (?:me|us))?|thinks?|thought|hopes?|hoped|expects?|expected
    |believes?|reckons?|guess(?:ed)?|estimated?s?)"""

_SAY_SO = rf"(?:(?:{_WHO}\ )?{_SAID}\ (?:that\ )?)?"

_WILL = r"""(?:will|would|should|shall|can|could|must|might|may
    |(?:(?:is|are|am)\ )?(?:going|hoping|planning|expecting|aiming|looking|trying|due|supposed|expected)\ to
    |(?:want|hope|plan|expect|aim|intend|need|try)s?\ to)"""

_US = r"(?:\ (?:me|you|us|them))?"

_TAKE_TIME = r"""(?:needs?|wants?|takes?|asked\ for|allow)
    (?=\ (?:a|an|another|one|two|three|four|five|six|seven|eight|nine|ten|up|at|\d))"""

_ANSWER = rf"""(?:(?:have|has|make|give|reach|come\ to|get|expect|expecting|send){_US}\ )?
    (?:(?:a|an|any|the|my|their|our|final)\ )*
    (?:decision|answer|response|reply|update|feedback|news|offer|results?|verdict|word)
    (?:\ (?:for|to){_US})?
    (?:\ (?:is|are|will\ be|should\ be))?(?:\ (?:due|expected|made|coming|out|ready))?"""

_DO = rf"""(?:decide|be\ deciding|deciding|be\ done|finish|be\ made|aim\ for|aiming\ for
    |(?:is|are|am)\ deciding|hear(?:\ (?:back|something|more))?(?:\ from{_US})?
    |(?:give|allow)\ (?:me|us|them|it|him|her)|(?:reaching\ out|getting\ back)(?:\ to{_US})?
    |(?:(?:is|are|am)\ )?(?:(?:hoping|shooting|planning)\ (?:for|on)|looking\ at|targeting)
    |(?:the\ )?target\ is|(?:get|come)\ back(?:\ to{_US})?|let{_US}\ know|know(?:\ more)?
    |call\ it
    |be\ (?:back\ )?in\ touch(?:\ with{_US})?|call{_US}(?:\ back)?|phone{_US}|e?mail{_US}|tell{_US}
    |write(?:\ back)?(?:\ to{_US})?|(?:reply|respond|reach\ out)(?:\ to{_US})?|answer{_US}
    |follow\ up(?:\ with{_US})?|update{_US}|{_TAKE_TIME}|{_ANSWER}|be)"""

_LEAD_IN = re.compile(
    rf"{_SAY_SO}(?:{_WHO}\ (?:{_WILL}\ )?|(?!may\ ){_WILL}\ )?(?:(?:to\ )?{_DO}\ )?", re.VERBOSE
)

_NOT_BEFORE = re.compile(
    rf"""^{_SAY_SO}(?:{_WHO}\ )?(?:(?:will|would|should|can|could)\ not|(?:do|does)\ not\ expect\ to)
    \ {_DO}(?=\ (?:before|until)\b)""",
    re.VERBOSE,
)
