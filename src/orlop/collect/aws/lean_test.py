from datetime import UTC, datetime

import botocore.session
import pytest
from botocore.utils import parse_timestamp

from orlop.collect import aws
from orlop.collect.aws.lean import _moment, lean  # pyright: ignore[reportPrivateUsage] -- what stands in for botocore's own

SERVICES = sorted({source.partition(":")[0] for collector in aws.ALL for source in collector.sources})


@pytest.mark.parametrize("service", SERVICES)
def test_a_model_says_what_it_said_before(service: str) -> None:
    usual = botocore.session.Session().get_service_model(service)
    ours = lean(botocore.session.Session()).get_service_model(service)
    assert ours.operation_names == usual.operation_names
    assert ours.metadata == usual.metadata
    for collector in aws.ALL:
        for name in (call.partition(":")[2] for call in collector.sources if call.startswith(f"{service}:")):
            assert ours.operation_model(name).http == usual.operation_model(name).http
            answer, known = ours.operation_model(name).output_shape, usual.operation_model(name).output_shape
            assert (answer and answer.members.keys()) == (known and known.members.keys())


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-24T05:44:55Z",
        "2026-11-24T05:44:55.123Z",
        "2026-11-24T05:44:55+00:00",
        "2026-11-24",
        "Tue, 24 Nov 2026 05:44:55 GMT",
        1764000000,
        1764000000.5,
    ],
)
def test_a_time_is_the_one_that_botocore_reads(text: str | float) -> None:
    assert _moment(text) == parse_timestamp(text)  # pyright: ignore[reportArgumentType] -- numbers too, as botocore has it


def test_a_time_with_its_offset_is_in_that_offset() -> None:
    assert _moment("2026-11-24T05:44:55Z") == datetime(2026, 11, 24, 5, 44, 55, tzinfo=UTC)


def test_what_is_no_time_is_refused() -> None:
    with pytest.raises(ValueError, match="Invalid timestamp"):
        _moment("2026-99-99T99:99:99Z")
