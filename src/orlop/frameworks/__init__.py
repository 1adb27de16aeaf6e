"""Controls as data: what each asks, in our words. Rules cite them with `fsbp`, `cis_aws`, `hipaa`, `gdpr`."""

from orlop.frameworks.cite import cis_aws, cis_debian, fsbp, gdpr, hipaa
from orlop.frameworks.control import Control

__all__ = ["Control", "cis_aws", "cis_debian", "fsbp", "gdpr", "hipaa"]
