"""Questions about roles: who may take them on."""

from orlop.estate.aws.iam import Role
from orlop.estate.estate import Estate
from orlop.frameworks import cis_aws, gdpr, hipaa
from orlop.reason.access.openings import in_evidence
from orlop.reason.identity import (
    other_accounts,
    provider,
    rights,
    shared,
    strangers,
    surely_admin,
    unbound_services,
    web_identities,
)
from orlop.rules.rule import Answer, Fail, Pass, Severity, rule

_EDIT = "IAM > Roles > the role > Trust relationships > Edit trust policy"


@rule(
    asks="Can anyone in the world with an AWS account take on this role?",
    severity=Severity.CRITICAL,
    controls=(cis_aws("2.21"), hipaa("164.312(a)(1)"), gdpr("25(2)"), gdpr("32(1)(b)")),
    by_hand=f'{_EDIT}: put the accounts or roles that need it in the place of "*", '
    "or delete the role if nobody needs it.",
    breaks="Whoever takes on the role from an account that you do not name no longer can.",
)
def open_to_everyone(role: Role, estate: Estate) -> Answer:
    """Role open to everyone.

    A stranger who guesses the name of the role, which is no secret, can do in your account all that it may do.
    """
    found = strangers(role)
    if not found:
        return Pass(f"No stranger can take on {role.name}.")
    return Fail(
        f"Anyone in the world can take on the role {role.name}{_who(role, estate)}.",
        witness=tuple(in_evidence(role.trust.value, opening) for opening in found),
    )


@rule(
    asks="Can another company's AWS account take on this role without a secret that only you two share?",
    severity=Severity.MEDIUM,
    controls=(hipaa("164.308(a)(4)(i)"), hipaa("164.308(b)(1)"), gdpr("28(3)"), gdpr("32(1)(b)")),
    by_hand=f"Ask whose account it is. If it is yours, accept this finding. If it is a supplier's, ask for an external "
    f'id, then {_EDIT}: add "Condition": {{"StringEquals": {{"sts:ExternalId": "THE-ID"}}}}',
    breaks="The other account's programs stop working here until they send the external id, too.",
)
def trusts_another_account(role: Role, estate: Estate) -> Answer:
    """Role trusts another account without more.

    A supplier serves many customers with one program. Without an external id, another customer of theirs can give them
    the name of your role and see your data. If the supplier is broken into, so are you.
    """
    found = other_accounts(role, estate)
    if not found:
        return Pass(f"{role.name} trusts no other account, or only with a further condition.")
    names = sorted({opening.name for opening in found})
    account = f"The AWS account {names[0]}" if len(names) == 1 else f"Each of the AWS accounts {', '.join(names)}"
    return Fail(
        f"{account} can take on the role {role.name}{_who(role, estate)}. Nothing more is asked of it.",
        witness=tuple(in_evidence(role.trust.value, opening) for opening in found),
        severity=Severity.HIGH if surely_admin(role, estate) else None,
    )


@rule(
    asks="Can every user of another web sign-in, such as GitHub, take on this role?",
    severity=Severity.CRITICAL,
    controls=(cis_aws("2.21"), hipaa("164.312(d)"), gdpr("32(1)(b)")),
    by_hand=f"{_EDIT}: add a condition on who it is, for GitHub "
    '"StringLike": {"token.actions.githubusercontent.com:sub": "repo:YOUR-COMPANY/YOUR-REPOSITORY:*"}',
    breaks="Programs of repositories or users that the condition does not name no longer can take on the role.",
)
def trusts_all_of_a_web_identity(role: Role, estate: Estate) -> Answer:
    """Role trusts everybody who signs in somewhere else.

    The role asks where somebody signed in, but not who it is. With a service that anyone may join, such as GitHub, that
    is everybody in the world.
    """
    found = web_identities(role)
    if not found:
        return Pass(f"{role.name} trusts no web sign-in, or says which of its users.")
    hosts = sorted({provider(opening) for opening in found})
    public = any(shared(host) for host in hosts)
    everybody = ", and anyone in the world can do that" if public else ""
    return Fail(
        f"Everybody who signs in at {' or '.join(hosts)} can take on the role {role.name}{everybody}.",
        witness=tuple(in_evidence(role.trust.value, opening) for opening in found),
        severity=None if public else Severity.HIGH,
    )


@rule(
    asks="May an AWS service use this role for somebody else's account?",
    severity=Severity.LOW,
    controls=(hipaa("164.312(a)(1)"),),
    by_hand=f'{_EDIT}: add "Condition": {{"StringEquals": {{"aws:SourceAccount": "YOUR-ACCOUNT-ID"}}}}',
    breaks="Nothing, if the role is used from your own account only.",
)
def trusts_service_for_anyone(role: Role, estate: Estate) -> Answer:
    """Role trusts a service on anyone's behalf.

    The service acts for many customers. Its manual says to write into the role that it may act only for you, so that
    nobody can get it to use your role for him.
    """
    found = unbound_services(role)
    if not found:
        return Pass(f"{role.name} trusts no service that its manual says to bind to an account.")
    return Fail(f"{' and '.join(found)} may use the role {role.name}, and it does not say for whose account.")


def _who(role: Role, estate: Estate) -> str:
    return f", who then {rights(role, estate).in_words}" if surely_admin(role, estate) else ""


ALL = (open_to_everyone, trusts_another_account, trusts_all_of_a_web_identity, trusts_service_for_anyone)
