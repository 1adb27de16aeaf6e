"""A small insurer's AWS account, emulated on this machine: to try Orlop on, and to test it with.

The emulator is moto's server, in a process of its own; it is an optional dependency (`pip install 'orlop[demo]'`).
"""

from orlop.demo.emulator import Demo, start

__all__ = ["Demo", "start"]
