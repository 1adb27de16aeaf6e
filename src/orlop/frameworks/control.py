"""A control: one clause of a framework, cited by rules. What it asks stands in the framework's own file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Control:
    """One clause, e.g. `Control("hipaa", "164.312(a)(1)")`."""

    framework: str
    clause: str

    def __str__(self) -> str:
        """Show as `HIPAA 164.312(a)(1)`."""
        return f"{self.framework.upper().replace('-', ' ')} {self.clause}"
