"""Until when the releases of distributions get security updates that cost nothing.

Day of the end by distribution (`ID` of /etc/os-release) and version. For Debian the end of long-term support, for
Ubuntu that of standard support. Source of each list beside it; looked up in 2026.
"""

from collections.abc import Mapping

from orlop.estate.fact import Cause, NotKnown, Unread
from orlop.estate.host.host import OperatingSystem

_RED_HAT = {"7": "2024-06-30", "8": "2029-05-31", "9": "2032-05-31", "10": "2035-05-31"}

ENDS: Mapping[str, Mapping[str, str]] = {
    # https://wiki.debian.org/LTS
    "debian": {
        "8": "2020-06-30",
        "9": "2022-06-30",
        "10": "2024-06-30",
        "11": "2026-08-31",
        "12": "2028-06-30",
        "13": "2030-06-30",
    },
    # https://ubuntu.com/about/release-cycle
    "ubuntu": {
        "14.04": "2019-04-30",
        "16.04": "2021-04-30",
        "18.04": "2023-05-31",
        "20.04": "2025-05-31",
        "22.04": "2027-04-30",
        "24.04": "2029-04-30",
    },
    # https://access.redhat.com/support/policy/updates/errata
    "rhel": _RED_HAT,
    # https://wiki.almalinux.org/release-notes/ and https://wiki.rockylinux.org/rocky/version/
    "almalinux": {"8": "2029-03-01", "9": "2032-05-31", "10": "2035-05-31"},
    "rocky": {"8": "2029-05-31", "9": "2032-05-31", "10": "2035-05-31"},
    # https://www.centos.org/centos-linux-eol/ ; 8 and 9 as CentOS Stream
    "centos": {"6": "2020-11-30", "7": "2024-06-30", "8": "2024-05-31", "9": "2027-05-31"},
    # https://aws.amazon.com/amazon-linux-2/faqs/ and https://docs.aws.amazon.com/linux/al2023/ug/release-cadence.html
    "amzn": {"2018.03": "2023-12-31", "2": "2026-06-30", "2023": "2029-06-30"},
}


def end_of(system: OperatingSystem) -> str:
    """Return the last day of security updates (ISO 8601). Raises: NotKnown, for a release that we do not know."""
    versions = ENDS.get(system.id, {})
    for version in (system.version, system.version.partition(".")[0]):
        if version in versions:
            return versions[version]
    named = system.name or f"{system.id} {system.version}".strip() or "this system"
    why = f"Orlop does not know until when {named} gets security updates"
    raise NotKnown("the list of releases", Unread(Cause.UNSUPPORTED, why))
