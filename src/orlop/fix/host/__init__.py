"""Writers of host settings: one file a subject."""

from orlop.fix.writer import AnyWriter

ALL: tuple[AnyWriter, ...] = ()
