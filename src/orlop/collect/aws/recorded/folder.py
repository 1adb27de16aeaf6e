"""A folder of AWS's answers, as AWS's command line prints them, read as if AWS answered.

- File names do not matter; `.json` or `.json.gz`. A file holds one answer, or a list of answers.
- Which call an answer is of, its keys tell (`{"Vpcs": [...]}`), and where these leave a choice, the file's name.
- A folder on the way that is named after a region tells the region; else the ARNs and zones in it do. One named after
  an account (12 digits) tells the account; else what stands in it.
- To which thing an answer belongs that does not say so (`{"Policy": "..."}` of a bucket), the file's name, its folder
  or its text tells.
- Answers that Orlop wrote itself say under `$call` what they answer, also where AWS refused.

Law: what is not in the folder is unread, never empty.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, groupby
from pathlib import Path
from typing import Any, cast

from botocore import xform_name

from orlop.collect.aws.calls import Answer, CallFailed
from orlop.collect.aws.recorded import stream
from orlop.collect.aws.recorded.shapes import Shapes, list_keys, texts, typed
from orlop.collect.aws.recorded.stream import Page
from orlop.errors import BadInput
from orlop.estate.fact import Cause, Unread

_REGION = re.compile(r"(?:us|eu|ap|sa|ca|me|af|il|mx|cn|us-gov|us-iso)(?:-[a-z]+)+-\d")
_ACCOUNT = re.compile(r"\d{12}")
_ARN = re.compile(r"arn:(aws[\w-]*):[\w-]*:([\w-]*):(\d{12}|):")
_ZONE = re.compile(rf"({_REGION.pattern})[a-z]")
_GLOBAL = frozenset({"iam", "s3", "s3control", "sts", "organizations", "cloudfront", "route53"})
"""Services whose answers belong to no region."""

_NAMING = re.compile(r".*(Arn|Id|Name|Bucket|Url|Identifier)$|Bucket|ARN|name")
"""Parameters that name the thing that is asked about."""

_NOT_NAMING = frozenset({"PolicyName", "AccountId"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Document:
    """One answer, the one of this `number` in a file. `calls` are those that it may be of.

    `account` and `region` are `""` where nothing tells them. Of an answer that lists much, `body` holds only the first
    things, so that `cut` is set, and the file is read again when somebody asks for its pages.
    """

    file: Path
    path: Path
    number: int
    account: str
    region: str
    body: Mapping[str, Any]
    cut: bool
    calls: tuple[str, ...]

    def pages(self) -> Iterator[Mapping[str, Any]]:
        """Yield the answer in pages. What is not listed stands on each of them. Raises: BadInput."""
        if not self.cut:
            yield self.body
            return
        apart = {key: held for key, held in self.body.items() if not isinstance(held, list)}
        for number, page in stream.pages(self.file):
            if number == self.number:
                yield apart | page

    @property
    def call(self) -> Mapping[str, Any] | None:
        """What Orlop wrote down of the call."""
        return self.body.get("$call")

    def hints(self, of: str) -> bool:
        """Whether the file's name, or a folder's on the way, names a thing."""
        words = "/".join((*self.path.parts[:-1], self.path.name.partition(".json")[0]))
        return (
            re.search(rf"(?<![\w-]){re.escape(_last(of))}(?![\w-])", words) is not None or _last(of) in self.path.name
        )

    def speaks_of(self, of: str) -> bool:
        """Whether its text names a thing."""
        named = re.compile(rf"(?<![\w-]){re.escape(_last(of))}(?![\w-])")
        return any(named.search(text) for page in self.pages() for text in texts(dict(page)))


def _last(of: str) -> str:
    """Return the name in an ARN or URL."""
    return re.split(r"[:/]", of)[-1]


def folders(path: Path, calls: Iterable[str]) -> "tuple[Folder, ...]":
    """Return the accounts in a folder, each as a way to call AWS; none where there is no answer in it.

    `calls` are those that will be made (`service:Operation`). Raises: BadInput, for a file that is no JSON.
    """
    shapes = Shapes([*calls, "sts:GetCallerIdentity", "ec2:DescribeRegions"])
    found = [document for file in sorted(_files(path)) for document in _documents(file, path, shapes)]
    named = sorted({document.account for document in found if document.account})
    if len({d.account for d in found if d.path.parts and _ACCOUNT.search(str(d.path.parent))}) > 1:
        return tuple(Folder([d for d in found if d.account in (account, "")], account) for account in named)
    most = Counter(d.account for d in found if d.account).most_common(1)
    return (Folder(found, most[0][0] if most else "000000000000"),) if found else ()


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        raise BadInput(f"{path} is not a folder.", do="Give the folder that holds the recorded answers.")
    for file in path.rglob("*"):
        if file.is_file() and (file.name.endswith(".json") or file.name.endswith(".json.gz")):
            yield file


def _documents(file: Path, root: Path, shapes: Shapes) -> Iterator[_Document]:
    for number, pages in groupby(stream.pages(file), key=lambda each: each[0]):
        body, cut, where = _begun(page for _, page in pages)
        yield _document(file, root, number, body, cut, where, shapes)


def _begun(pages: Iterator[Page]) -> tuple[Page, bool, tuple[str, str]]:
    """Return an answer, or its first things where it lists much; whether it was cut; and where its things lie.

    Of very many things those of the first page tell where they lie.
    """
    body: Page = {}
    where, cut = ("", ""), False
    for at, page in enumerate(pages):
        where = where if at else _where(page)
        for key, held in page.items():
            if isinstance(held, list):
                things, known = cast("list[Any]", held), cast("list[Any]", body.setdefault(key, []))
                cut = cut or len(known) + len(things) > _HELD
                known += things[: _HELD - len(known)]
            else:
                body[key] = held
    return body, cut, where


_HELD = 100
"""How many things of a list are kept in memory until somebody asks for the answer."""


def _document(
    file: Path, root: Path, number: int, body: Page, cut: bool, where: tuple[str, str], shapes: Shapes
) -> _Document:
    path = file.relative_to(root)
    call: Mapping[str, Any] | None = body.get("$call")
    account, region = where
    region = next((part for part in path.parts[:-1] if _REGION.fullmatch(part)), region)
    account = next((part for part in path.parts[:-1] if _ACCOUNT.fullmatch(part)), account)
    if call:
        calls = (f"{call['service']}:{call['operation']}",)
        region = call["region"]
    else:
        fitting = shapes.calls_of(body)
        named = tuple(call for call in fitting if _names_of(call) in path.name.replace("_", "-"))
        calls = named or fitting
    return _Document(
        file=file, path=path, number=number, account=account, region=region, body=body, cut=cut, calls=calls
    )


def _names_of(call: str) -> str:
    """Return what AWS's command line calls it: `describe-vpcs`."""
    return xform_name(call.partition(":")[2]).replace("_", "-")


def _where(body: Mapping[str, Any]) -> tuple[str, str]:
    """Return the account and the region that the things in an answer mostly lie in."""
    accounts: Counter[str] = Counter()
    regions: Counter[str] = Counter()
    if _ACCOUNT.fullmatch(str(body.get("Account", ""))):
        accounts[body["Account"]] += 1000
    for owner in _under("OwnerId", body):
        accounts[owner] += 1
    for text in texts(dict(body)):
        for _, region, account in _ARN.findall(text):
            accounts[account] += bool(account)
            regions[region] += bool(region)
        if zone := _ZONE.fullmatch(text):
            regions[zone[1]] += 1
    found = [
        next((name for name, times in counted.most_common(1) if name and times), "") for counted in (accounts, regions)
    ]
    return found[0], found[1]


def _under(key: str, held: Any) -> Iterator[str]:
    if isinstance(held, dict):
        for name, each in cast("dict[str, Any]", held).items():
            if name == key and isinstance(each, str) and _ACCOUNT.fullmatch(each):
                yield each
            else:
                yield from _under(key, each)
    elif isinstance(held, list):
        for each in cast("list[Any]", held):
            yield from _under(key, each)


class Folder:
    """The answers of one account, as a way to call AWS (`calls.Calls`)."""

    def __init__(self, documents: Iterable[_Document], account: str) -> None:
        """Hold the answers."""
        self.made = 0
        self.account = account
        self._documents: dict[str, list[_Document]] = {}
        for document in documents:
            for call in document.calls:
                self._documents.setdefault(call, []).append(document)

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """The regions that something was read in; `us-east-1` where nothing tells."""
        found = {
            document.region
            for call, documents in self._documents.items()
            for document in documents
            if call.partition(":")[0] not in _GLOBAL and call != "ec2:DescribeRegions"
        }
        return tuple(sorted(found - {""})) or ("us-east-1",)

    @property
    def home(self) -> str:
        """A region for global services."""
        return "us-east-1" if "us-east-1" in self.regions else self.regions[0]

    def holds(self, call: str) -> bool:
        """Whether there is any answer to a call (`service:Operation`)."""
        return call in self._documents

    def pages(self, service: str, region: str, operation: str, params: Answer) -> Iterator[Answer]:
        """Yield what the folder holds for a call. Raises: CallFailed."""
        call = f"{service}:{operation}"
        if call == "sts:GetCallerIdentity" and call not in self._documents:
            yield {"Account": self.account, "Arn": f"arn:{_partition(region)}:iam::{self.account}:root"}
            return
        documents = [d for d in self._documents.get(call, ()) if self._lies_in(d, service, region)]
        found = self._answers(call, documents, params)
        first = next(found, None)
        if first is None and call == "s3:GetBucketLocation":
            first = {"LocationConstraint": self.home}  # where it lies changes nothing of what the folder holds
        if first is None and call == "iam:GenerateServiceLastAccessedDetails":
            first = {"JobId": params["Arn"]}  # the report itself says, or its file's name, whom it is about
        if first is None:
            raise CallFailed(call, "", Unread(Cause.NOT_LOOKED_AT, "not in the recording"))
        self.made += 1
        for body in chain((first,), found):
            if failed := cast("Answer", body.get("$call") or {}).get("failed"):
                unread = Unread(Cause(failed["cause"]), failed["why"], failed["permission"])
                raise CallFailed(call, failed["code"], unread)
            yield {key: held for key, held in typed(call, body).items() if key != "$call"}

    def _lies_in(self, document: _Document, service: str, region: str) -> bool:
        if service in _GLOBAL:
            return True
        return (document.region or (self.regions[0] if len(self.regions) == 1 else "us-east-1")) == region

    def _answers(self, call: str, documents: list[_Document], params: Answer) -> Iterator[Mapping[str, Any]]:
        """Yield the answers to a call: those that Orlop wrote by their parameters, others by what they are about."""
        own = [document for document in documents if document.call is not None]
        asked = json.loads(json.dumps(params))
        yield from (page for d in own if d.call and d.call["params"] == asked for page in d.pages())
        if any(param in params for param in _CHOOSING):
            return
        others = [document for document in documents if document.call is None]
        named = {k: v for k, v in params.items() if isinstance(v, str) and _NAMING.match(k) and k not in _NOT_NAMING}
        if not named:
            yield from (page for d in others for page in d.pages())
            return
        for key, value in named.items():
            yield from _about(call, others, key, value, self._alone(call))
            return

    def _alone(self, call: str) -> bool:
        """Whether the thing that is asked about is the only one of its kind in the folder."""
        listing, key = _PARENTS.get(call, ("", ""))
        return sum(len(d.body.get(key) or ()) for d in self._documents.get(listing, ())) == 1


_CHOOSING = ("RestorableByUserIds",)
"""Parameters that choose among what a call lists, by what the list itself does not tell: one made by hand, which does
not say what was asked, is no answer to them."""

_PARENTS = {
    "elbv2:DescribeTargetHealth": ("elbv2:DescribeTargetGroups", "TargetGroups"),
    "elbv2:DescribeListeners": ("elbv2:DescribeLoadBalancers", "LoadBalancers"),
    "elbv2:DescribeLoadBalancerAttributes": ("elbv2:DescribeLoadBalancers", "LoadBalancers"),
    "elbv2:DescribeTargetGroupAttributes": ("elbv2:DescribeTargetGroups", "TargetGroups"),
    "elbv2:DescribeRules": ("elbv2:DescribeListeners", "Listeners"),
    "ec2:GetManagedPrefixListEntries": ("ec2:DescribeManagedPrefixLists", "PrefixLists"),
    "ec2:SearchTransitGatewayRoutes": ("ec2:DescribeTransitGatewayRouteTables", "TransitGatewayRouteTables"),
    "ec2:DescribeVpcEndpointServicePermissions": (
        "ec2:DescribeVpcEndpointServiceConfigurations",
        "ServiceConfigurations",
    ),
    "opensearch:DescribeDomain": ("opensearch:ListDomainNames", "DomainNames"),
    "eks:DescribeCluster": ("eks:ListClusters", "clusters"),
    "mq:DescribeBroker": ("mq:ListBrokers", "BrokerSummaries"),
    "s3:GetBucketPolicy": ("s3:ListBuckets", "Buckets"),
    "kms:GetKeyPolicy": ("kms:ListKeys", "Keys"),
}
"""Calls about one thing -> the call that lists these things, and under which key."""


def _about(call: str, documents: list[_Document], key: str, value: str, alone: bool) -> Iterator[Mapping[str, Any]]:
    """Yield answers about one thing: by their keys, their items, their names, their text; or the only one."""
    if by_key := [d for d in documents if d.body.get(key) == value]:
        yield from (page for d in by_key for page in d.pages())
        return
    listing = [d for d in documents if _has_items(call, d.body, key)]
    if by_items := [part for d in listing for page in d.pages() if (part := _items(call, page, key, value))]:
        yield from by_items
        return
    unclear = [d for d in documents if key not in d.body and not _has_items(call, d.body, key)]
    for matches in (
        [d for d in unclear if d.hints(value)],
        [d for d in unclear if d.speaks_of(value)],
        unclear if alone and len(unclear) == 1 else [],
    ):
        if matches:
            yield from (page for d in matches for page in d.pages())
            return


def _items(call: str, body: Mapping[str, Any], key: str, value: str) -> dict[str, Any] | None:
    """Return an answer with only those of its items that say they belong to a thing; None where none does."""
    for name in list_keys(call):
        items: list[Answer] = body.get(name) or []
        held = [item for item in items if item.get(key) == value]
        if held:
            return {**body, name: held}
    return None


def _has_items(call: str, body: Mapping[str, Any], key: str) -> bool:
    listed: list[list[Answer]] = [body.get(name) or [] for name in list_keys(call)]
    return any(key in item for items in listed for item in items)


def _partition(region: str) -> str:
    return "aws-cn" if region.startswith("cn-") else "aws-us-gov" if region.startswith("us-gov-") else "aws"
