"""Questions about updates: whether they are there, whether they come by themselves, whether they have taken effect."""

from orlop.estate.estate import Estate
from orlop.estate.host.host import Host
from orlop.frameworks import cis_debian, gdpr, hipaa
from orlop.rules.host.releases import end_of
from orlop.rules.rule import Answer, Fail, Pass, Severity, rule

_PATCHED = (cis_debian("1.2.2.1"), hipaa("164.308(a)(1)(ii)(B)"), gdpr("32(1)(b)"))
_WITH_SECURITY_SUITE = ("debian", "ubuntu")
OLDEST_LISTS = 7
"""Days. Fresh lists are fetched daily where updates are automatic; a week leaves room for a holiday."""
SOON = 90
"""Days before the end of a release at which it is time to plan."""


@rule(
    asks="Are there security updates that this machine has not installed?",
    severity=Severity.HIGH,
    controls=_PATCHED,
    by_hand="sudo apt-get update && sudo apt-get upgrade",
    breaks="Services that get updated are restarted. Rarely an update changes how a program behaves.",
)
def security_updates_pending(host: Host, estate: Estate) -> Answer:
    """Security updates not installed.

    The flaw that an update mends is public from the day the update is out. Attackers look for machines that are late.
    """
    updates = host.updates.value
    if not updates.security_source and host.os.id in _WITH_SECURITY_SUITE:
        return Fail("Security updates are not among the package sources of this machine, so none ever arrive.")
    if not updates.security:
        return Pass("All security updates that the machine knows of are installed.")
    names = sorted({update.package for update in updates.security})
    return Fail(
        f"{_count(names, 'package')} of this machine have security updates that are not installed: "
        f"{', '.join(names[:6])}{' and others' if len(names) > 6 else ''}.",
        witness=tuple(f"{u.package} {u.installed} -> {u.available}" for u in updates.security[:40]),
    )


@rule(
    asks="Has this machine not looked for updates for more than a week?",
    severity=Severity.MEDIUM,
    controls=_PATCHED,
    by_hand="sudo apt-get update",
    breaks="Nothing.",
)
def update_lists_too_old(host: Host, estate: Estate) -> Answer:
    """Lists of updates too old.

    A machine that does not ask does not know what it is missing. Everything said about its updates is as old as its
    lists.
    """
    days = estate.days_since(host.updates.value.lists_at)
    if days <= OLDEST_LISTS:
        return Pass("The lists of updates are fresh.")
    return Fail(f"The machine last looked for updates {days} days ago.", witness=(host.updates.value.lists_at,))


@rule(
    asks="Must a person remember to install security updates on this machine?",
    severity=Severity.LOW,
    controls=_PATCHED,
    by_hand="sudo apt-get install unattended-upgrades && sudo dpkg-reconfigure -plow unattended-upgrades",
    breaks="Updates come at night without you. Rarely one of them breaks something.",
)
def updates_not_automatic(host: Host, estate: Estate) -> Answer:
    """Updates not automatic.

    People forget, are ill or on holiday. The time between an update and the first attacks is often a day.
    """
    automatic = host.automatic_updates.value
    if not automatic.missing:
        return Pass(f"Security updates install themselves ({automatic.by}).")
    return Fail(f"Updates do not install themselves: {'; '.join(automatic.missing)}.", witness=automatic.missing)


@rule(
    asks="Does this machine need a restart before its latest updates protect it?",
    severity=Severity.MEDIUM,
    controls=_PATCHED,
    by_hand="sudo systemctl reboot, at a time when nobody needs the machine",
    breaks="The machine is away for the minutes of its restart.",
)
def restart_due(host: Host, estate: Estate) -> Answer:
    """Restart due.

    A new kernel is installed, but the old one with its flaws still runs until the machine restarts.
    """
    if host.container:
        return Pass("A container has no kernel of its own.")
    reboot = host.reboot.value
    if not reboot.due:
        return Pass("No installed update waits for a restart.")
    return Fail(f"A restart is due: {'; '.join(reboot.reasons[:3])}.", witness=reboot.reasons)


@rule(
    asks="Has this machine's operating system reached the end of its security updates?",
    severity=Severity.HIGH,
    controls=_PATCHED,
    by_hand="Plan the upgrade to a newer release, try it on a copy, and make a backup before.",
    breaks="Programs may need changes for a newer release. Try it on a copy first.",
)
def release_out_of_support(host: Host, estate: Estate) -> Answer:
    """Operating system without security updates.

    After that day flaws are still found, but no longer mended. Some makers sell updates beyond it; whether you bought
    them cannot be seen from here.
    """
    end = end_of(host.os)
    past = estate.days_since(end)
    if past > 0:
        return Fail(f"{host.os.name} got its last free security updates on {end}, {past} days ago.", witness=(end,))
    if past >= -SOON:
        return Fail(
            f"{host.os.name} gets security updates until {end} only, {-past} days from now.",
            witness=(end,),
            severity=Severity.LOW,
        )
    return Pass(f"{host.os.name} gets security updates until {end}.")


def _count(names: list[str], what: str) -> str:
    return f"{len(names)} {what}{'' if len(names) == 1 else 's'}"


ALL = (
    security_updates_pending,
    update_lists_too_old,
    updates_not_automatic,
    restart_due,
    release_out_of_support,
)
