"""Orlop for notebooks, scripts and tests.

import boto3, orlop
report = orlop.inspect("aws", session=boto3.Session(profile_name="audit"), regions=["eu-west-1"])
for finding in report.open:
    print(finding.severity, finding.asks, finding.because)
"""

from orlop.api.inspect import inspect

__all__ = ["inspect"]
