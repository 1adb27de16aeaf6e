"""Questions about the clock."""

from orlop.estate.estate import Estate
from orlop.estate.host.host import Host
from orlop.frameworks import cis_debian
from orlop.rules.rule import Answer, Fail, Pass, Severity, rule


@rule(
    asks="Is there nothing that keeps this machine's clock right?",
    severity=Severity.LOW,
    controls=(cis_debian("2.3.1.1"),),
    by_hand="sudo apt-get install systemd-timesyncd && sudo systemctl enable --now systemd-timesyncd",
    breaks="Nothing. The clock may jump once.",
)
def clock_not_kept(host: Host, estate: Estate) -> Answer:
    """Nothing keeps the clock right.

    With a wrong clock the logs of several machines cannot be put in order after an incident, certificates seem expired,
    and one-time codes fail.
    """
    if host.container:
        return Pass("A container has the clock of the machine around it.")
    running = host.time_services.value
    if running:
        return Pass(f"The clock is kept right ({', '.join(running)}).")
    return Fail("No program runs that compares the clock with a time server.")


ALL = (clock_not_kept,)
