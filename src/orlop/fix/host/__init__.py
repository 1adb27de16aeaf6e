"""Writers of host settings: one file a subject."""

from orlop.fix.host import file, kernel, port, ssh
from orlop.fix.writer import AnyWriter

ALL: tuple[AnyWriter, ...] = (*ssh.ALL, *kernel.ALL, *port.ALL, *file.ALL)
