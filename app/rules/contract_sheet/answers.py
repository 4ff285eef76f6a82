"""Answers of the employer's block that must go together (dossier, ``cerfa.md`` §2.1 and §2.4, unverified)."""

from __future__ import annotations

import re

from app.rules.contract_sheet.facts import SheetFacts
from app.rules.contract_sheet.lists import CONTRACT_MODES, EMPLOYER_SPECIFIC
from app.rules.identifiers import compact
from app.rules.law import Finding, finding

# Mode of the contract and the kind of employer that goes with it.
_MODE_PAIRS = {"3": "1", "4": "3"}
_MSA_EMPLOYER, _MSA_REGIME = "13", "1"
# Département on three characters, year and month, then a number: "02B202212…".
_PREVIOUS_NUMBER = re.compile(r"\d[0-9AB][0-9AB]\d{4}(0[1-9]|1[0-2])\d+")


def check_answers(facts: SheetFacts) -> list[Finding]:
    """Answers of the employer's block that contradict one another (FORM-10)."""
    said, messages = facts.employer_answers, []
    if said.mode and said.specific:
        for mode, specific in _MODE_PAIRS.items():
            if (said.mode == mode) != (said.specific == specific):
                messages.append(
                    f"Mode « {CONTRACT_MODES[mode]} » et employeur « {EMPLOYER_SPECIFIC[specific]} » "
                    "vont ensemble : vérifiez l'un et l'autre."
                )
    if said.kind == _MSA_EMPLOYER and said.social_regime not in ("", _MSA_REGIME):
        messages.append("Un employeur relevant de la MSA inscrit l'apprenti au régime MSA.")
    number = compact(said.previous_contract_no)
    if number and not _PREVIOUS_NUMBER.fullmatch(number):
        messages.append(
            "Numéro du contrat précédent : département sur trois caractères, année, mois, puis le numéro."
        )
    return [finding("FORM-10", facts.law_day, message) for message in messages]
