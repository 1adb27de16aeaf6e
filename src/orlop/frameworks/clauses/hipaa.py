"""HIPAA: what the clauses of 45 CFR part 164 ask, in our words. A lawyer's reading is the one that counts.

"Addressable" means: do it, or write down why something else is as good. It does not mean optional.

Source: https://www.ecfr.gov/current/title-45/subtitle-A/subchapter-C/part-164
"""

from collections.abc import Mapping

ASKS: Mapping[str, str] = {
    "164.308(a)(1)(i)": "Security breaches are prevented, detected, contained and corrected by a written process",
    "164.308(a)(1)(ii)(A)": "The risks to health data are analysed (required)",
    "164.308(a)(1)(ii)(B)": "The risks are brought down to a reasonable level (required)",
    "164.308(a)(1)(ii)(D)": "Records of what systems and people did are reviewed regularly (required)",
    "164.308(a)(3)(i)": "Only those who need it for their work have access to health data",
    "164.308(a)(3)(ii)(A)": "Access is authorised and supervised (addressable)",
    "164.308(a)(3)(ii)(B)": "Whether somebody's access is appropriate is decided by a procedure (addressable)",
    "164.308(a)(3)(ii)(C)": "Access ends when the work ends (addressable)",
    "164.308(a)(4)(i)": "Access to health data is granted by policy",
    "164.308(a)(4)(ii)(B)": "Who may reach which system is decided by a procedure (addressable)",
    "164.308(a)(4)(ii)(C)": "Access rights are recorded, reviewed and changed by a procedure (addressable)",
    "164.308(a)(5)(ii)(A)": "People get regular security reminders (addressable)",
    "164.308(a)(5)(ii)(B)": "Malicious software is guarded against, detected and reported (addressable)",
    "164.308(a)(5)(ii)(C)": "Login attempts are watched and irregular ones reported (addressable)",
    "164.308(a)(5)(ii)(D)": "Passwords are created, changed and protected by a procedure (addressable)",
    "164.308(a)(6)(i)": "There is a way to handle security incidents",
    "164.308(a)(6)(ii)": "Incidents are recognised, answered, limited and written down (required)",
    "164.308(a)(7)(i)": "There is a plan for emergencies that damage systems with health data",
    "164.308(a)(7)(ii)(A)": "Exact copies of health data exist and can be fetched back (required)",
    "164.308(a)(7)(ii)(B)": "Lost data can be restored by a written procedure (required)",
    "164.308(a)(7)(ii)(C)": "Critical work goes on securely during an emergency (required)",
    "164.308(a)(7)(ii)(D)": "The emergency plan is tested and revised (addressable)",
    "164.308(a)(8)": "Security is evaluated regularly, and when something changes",
    "164.308(b)(1)": "Others who handle health data for you give written assurances",
    "164.310(a)(1)": "Physical access to systems is limited to those who are authorised",
    "164.310(d)(1)": "It is known which media and machines with health data come, go and move",
    "164.310(d)(2)(i)": "Media are disposed of so that nobody can read them (required)",
    "164.310(d)(2)(ii)": "Health data is removed before media are used again (required)",
    "164.310(d)(2)(iv)": "A copy is made before equipment is moved (addressable)",
    "164.312(a)(1)": "Only people and programs with a right to it can reach health data",
    "164.312(a)(2)(i)": "Everyone has a user identity of their own (required)",
    "164.312(a)(2)(ii)": "Health data can be reached in an emergency (required)",
    "164.312(a)(2)(iii)": "Idle sessions end by themselves (addressable)",
    "164.312(a)(2)(iv)": "Stored health data is encrypted (addressable)",
    "164.312(b)": "What happens in systems with health data is recorded and examined (required)",
    "164.312(c)(1)": "Health data is protected from improper change and destruction",
    "164.312(c)(2)": "It can be proven that health data was not changed or destroyed improperly (addressable)",
    "164.312(d)": "Whoever asks for health data is really who they claim to be (required)",
    "164.312(e)(1)": "Health data is guarded while it travels over a network",
    "164.312(e)(2)(i)": "Changes to health data on its way are noticed (addressable)",
    "164.312(e)(2)(ii)": "Health data is encrypted on its way (addressable)",
    "164.316(b)(2)(i)": "Documentation is kept for six years",
    "164.402": "A breach is presumed unless a low probability of harm is shown",
    "164.404": "The people concerned are told of a breach within 60 days at most",
    "164.408": "The Secretary is told of a breach",
    "164.410": "Whoever handles data for you tells you of a breach within 60 days at most",
    "164.502(b)": "No more health data is used or given than is needed",
    "164.504(e)(2)(ii)(J)": "Health data is returned or destroyed when a contract ends",
    "164.512(f)": "Health data goes to the police only on listed grounds",
    "164.524": "People get access to their data within 30 days",
    "164.528": "People can learn to whom their data was disclosed in the last six years",
}
"""Clause -> what it asks."""
