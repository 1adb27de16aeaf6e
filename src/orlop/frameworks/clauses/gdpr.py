"""GDPR, Regulation (EU) 2016/679: what its articles ask, in our words. A lawyer's reading is the one that counts.

Source: https://eur-lex.europa.eu/eli/reg/2016/679/oj
"""

from collections.abc import Mapping

ASKS: Mapping[str, str] = {
    "5(1)(a)": "Personal data is handled lawfully, fairly and openly",
    "5(1)(b)": "Personal data is used for stated purposes only",
    "5(1)(c)": "No more personal data than the purpose needs",
    "5(1)(d)": "Personal data is accurate and kept up to date",
    "5(1)(e)": "Personal data is kept no longer than needed",
    "5(1)(f)": "Personal data is protected from unauthorised use, loss and damage",
    "5(2)": "You can show that you keep these principles",
    "6(1)": "Each purpose has one of six legal bases",
    "9(1)": "Health data and other sensitive data are handled only on listed grounds",
    "12(3)": "Requests are answered within one month",
    "12(4)": "A refusal is explained within one month",
    "15": "People get a copy of their data, with its purposes, recipients, periods and source",
    "17(1)": "Data is erased when one of six grounds holds",
    "17(2)": "Others to whom data was published are told of an erasure",
    "17(3)": "Data is kept where one of five exceptions holds",
    "18": "Data is kept but not used while a dispute is examined",
    "19": "Every recipient is told of an erasure",
    "20": "People get their data in a form that machines can read",
    "24(1)": "Measures fit to the risk are taken, and can be shown",
    "25(1)": "Data protection is built in from the design on",
    "25(2)": "By default nothing is accessible to an unlimited number of people, and no more than needed is handled",
    "28(3)": "Whoever handles data for you does so under a contract that protects it",
    "29": "People with access handle data only as they are told to",
    "30(1)": "There is a register of what is done with personal data",
    "32(1)": "Security measures fit the risk",
    "32(1)(a)": "Personal data is pseudonymised and encrypted where that fits the risk",
    "32(1)(b)": "Systems stay confidential, intact, available and resilient",
    "32(1)(c)": "Data can be restored in time after an incident",
    "32(1)(d)": "Security measures are tested and evaluated regularly",
    "32(2)": "The level of security takes account of loss, change and unauthorised access",
    "32(4)": "Whoever has access acts only on instruction",
    "33(1)": "The authority is told of a breach within 72 hours",
    "33(5)": "Every breach is written down",
    "34(1)": "People are told of a breach that puts them at high risk",
    "34(3)(a)": "They need not be told where the data could not be read, such as encrypted data",
    "35(1)": "The effects of risky handling are assessed beforehand",
    "44": "Data leaves the EEA only under the conditions of chapter V",
    "45": "A decision of adequacy allows a transfer",
    "46": "Safeguards such as standard clauses allow a transfer",
    "48": "A foreign court's order alone is no basis to hand over data",
    "49": "Exceptions for transfers are read narrowly",
}
"""Article -> what it asks."""
