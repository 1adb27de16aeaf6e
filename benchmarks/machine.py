"""What the machine is on which something was measured: nothing that tells whose it is."""

import os
import platform


def described() -> dict[str, str | int]:
    """Cores, memory, architecture, kernel and Python."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return {
        "cores": os.cpu_count() or 0,
        "memory_gib": round(pages * size / 2**30),
        "architecture": platform.machine(),
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": platform.python_version(),
    }
