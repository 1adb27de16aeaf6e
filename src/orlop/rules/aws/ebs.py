"""Questions about disks, their snapshots, and the images made of them."""

from orlop.estate.aws.ebs import EVERYONE, EbsRegion, Image, Snapshot, Volume
from orlop.estate.change import Change, Irreversible, change
from orlop.estate.estate import Estate
from orlop.frameworks import cis_aws, fsbp, gdpr, hipaa
from orlop.rules.rule import Answer, Fail, Pass, Severity, rule


@rule(
    asks="Is what is stored on this disk readable to whoever gets hold of it or of a copy?",
    severity=Severity.MEDIUM,
    controls=(fsbp("EC2.3"), hipaa("164.312(a)(2)(iv)"), gdpr("32(1)(a)")),
    by_hand="Make a snapshot, copy it with encryption (aws ec2 copy-snapshot --encrypted --source-snapshot-id SNAPSHOT "
    "--source-region REGION), make a disk of the copy, and put it in the place of the old one while the server stands "
    "still. Delete the old disk and the unencrypted snapshots afterwards.",
    breaks="The server stands still while the disks are swapped. Whoever used the old disk or its snapshots from "
    "another account needs a right to the key.",
)
def volume_not_encrypted(volume: Volume, estate: Estate) -> Answer:
    """Disk not encrypted.

    An unencrypted disk can be read by whoever copies it, its snapshots or the hardware it lay on. Encryption costs
    nothing and is not noticed by the server. Many laws ask for it where people's data is stored.
    """
    if volume.encrypted:
        return Pass("The disk is encrypted.")
    where = f"in use by {', '.join(volume.instances)}" if volume.instances else "attached to nothing"
    return Fail(
        f"This disk of {volume.size} GiB ({where}) is stored unencrypted.",
        Irreversible(
            volume.id,
            "Copy the disk to a new, encrypted one and put that in its place.",
            "A disk cannot be encrypted where it is: its contents move to another one, and the old one is deleted.",
        ),
        witness=(f"{volume.id}: Encrypted is false",),
    )


@rule(
    asks="Are new disks in this region stored unencrypted unless somebody thinks of it?",
    severity=Severity.MEDIUM,
    controls=(
        fsbp("EC2.7"),
        cis_aws("5.1.1", edition="5.0"),
        cis_aws("6.1.1"),
        hipaa("164.312(a)(2)(iv)"),
        gdpr("32(1)(a)"),
        gdpr("25(2)"),
    ),
    by_hand="aws ec2 enable-ebs-encryption-by-default --region REGION",
    breaks="Nothing that exists changes. Very old instance types cannot use encrypted "
    "disks. Snapshots made from now on cannot be made public, and need a key of yours to be shared.",
)
def region_does_not_encrypt_new_disks(region: EbsRegion, estate: Estate) -> Answer:
    """New disks not encrypted by default.

    One switch for each region makes AWS encrypt every new disk. With it off, each disk depends on somebody's memory,
    and copies made in haste are the ones that lie about unencrypted.
    """
    if region.encrypts.value:
        return Pass("AWS encrypts every new disk in this region.")
    return Fail(
        f"In {region.region}, AWS does not encrypt new disks by itself.",
        change(region, "encrypts", True),
    )


@rule(
    asks="Could a single wrong setting hand a copy of one of your disks in this region to everyone?",
    severity=Severity.HIGH,
    controls=(fsbp("EC2.182"), hipaa("164.312(a)(1)"), gdpr("25(2)")),
    by_hand="aws ec2 enable-snapshot-block-public-access --state block-all-sharing --region REGION",
    breaks="Others can no longer use snapshots that are public at present. Sharing with single accounts goes on.",
)
def region_lets_snapshots_go_public(region: EbsRegion, estate: Estate) -> Answer:
    """Region lets disk snapshots go public.

    A master switch for each region keeps everyone out of all snapshots, whatever a snapshot itself says. With it off,
    one wrong setting publishes a whole disk: passwords, keys and people's data included. Strangers watch for such
    snapshots and copy them within hours.
    """
    state = region.snapshot_block.value
    if state == "block-all-sharing":
        return Pass("The master switch is on: no snapshot in this region is open to everyone.")
    fix = change(region, "snapshot_block", "block-all-sharing")
    if state == "block-new-sharing":
        return Fail(
            f"In {region.region}, no further snapshot can be made public, but those that are public stay so.",
            fix,
            severity=Severity.LOW,
        )
    return Fail(f"In {region.region}, the master switch that keeps everyone out of snapshots is off.", fix)


@rule(
    asks="Could a single wrong setting hand one of your server images in this region to everyone?",
    severity=Severity.LOW,
    controls=(hipaa("164.312(a)(1)"), gdpr("25(2)")),
    by_hand="aws ec2 enable-image-block-public-access --image-block-public-access-state block-new-sharing "
    "--region REGION",
    breaks="Images can no longer be made public in this region. Those that are public already stay so.",
)
def region_lets_images_go_public(region: EbsRegion, estate: Estate) -> Answer:
    """Region lets server images go public.

    An image is a whole server to copy: programs, settings, and often keys that were forgotten in it. A switch for each
    region keeps new images from being made public.
    """
    if region.image_block.value == "block-new-sharing":
        return Pass("No image can be made public in this region.")
    return Fail(
        f"In {region.region}, nothing keeps a server image from being made public.",
        change(region, "image_block", "block-new-sharing"),
    )


@rule(
    asks="Can anyone in the world copy this disk snapshot and read what is on it?",
    severity=Severity.CRITICAL,
    controls=(fsbp("EC2.1"), hipaa("164.312(a)(1)"), gdpr("32(1)(b)"), gdpr("25(2)")),
    by_hand="aws ec2 modify-snapshot-attribute --snapshot-id SNAPSHOT --attribute createVolumePermission "
    "--operation-type remove --group-names all",
    breaks="People outside who use this snapshot lose it. Copies that they made already stay theirs.",
)
def snapshot_open_to_everyone(snapshot: Snapshot, estate: Estate) -> Answer:
    """Disk snapshot open to everyone.

    Anyone with an AWS account, which is anyone, can make a disk of a public snapshot and read every file on it, deleted
    ones included. Strangers search for public snapshots all the time. What was public should be taken as read.
    """
    if snapshot.encrypted:
        return Pass("It is encrypted, and AWS does not let encrypted snapshots go public.")
    if not snapshot.public.value:
        return Pass("It is not open to everyone.")
    if _kept_closed(snapshot, estate):
        return Pass("It is marked as public, but the region's master switch keeps everyone out.")
    return Fail(
        f"Everyone can copy this snapshot of disk {snapshot.volume} ({snapshot.size} GiB, made {snapshot.made[:10]}).",
        _without(snapshot, (EVERYONE,)),
        witness=("createVolumePermission: Group all",),
    )


def _kept_closed(snapshot: Snapshot, estate: Estate) -> bool:
    """Whether the region's switch is known to be on; where it is not known, what the snapshot itself says counts."""
    here = (snapshot.account, snapshot.region)
    blocks = (each.snapshot_block for each in estate.each(EbsRegion) if (each.account, each.region) == here)
    return any(block.unread is None and block.value == "block-all-sharing" for block in blocks)


def _without(shared: Snapshot | Image, names: tuple[str, ...]) -> Change | None:
    """Return the change that takes `names` off the list, where the list could be read."""
    if shared.shared_with.unread:
        return None
    return change(shared, "shared_with", tuple(n for n in shared.shared_with.value if n not in names))


@rule(
    asks="May an AWS account that you do not know copy this disk snapshot?",
    severity=Severity.MEDIUM,
    controls=(hipaa("164.312(a)(1)"), gdpr("32(1)(b)")),
    by_hand="aws ec2 modify-snapshot-attribute --snapshot-id SNAPSHOT --attribute createVolumePermission "
    "--operation-type remove --user-ids ACCOUNT",
    breaks="The other account can no longer use the snapshot. A backup or monitoring provider may depend on it: ask "
    "who that account is first.",
)
def snapshot_shared_with_unknown_account(snapshot: Snapshot, estate: Estate) -> Answer:
    """Disk snapshot shared with another account.

    Whoever breaks into an account often takes the data away this way: a snapshot is shared with the thief's own account
    and copied there, without anything being downloaded. It may as well be a backup provider. Somebody should know
    which.
    """
    known = {listing.account for listing in estate.listings}
    others = tuple(name for name in snapshot.shared_with.value if name not in known | {EVERYONE})
    if not others:
        return Pass("It is shared with no account outside this inspection.")
    return Fail(
        f"The AWS account {', '.join(others)} may copy this snapshot of disk {snapshot.volume} ({snapshot.size} GiB). "
        "That account is not part of this inspection.",
        _without(snapshot, others),
        witness=tuple(f"createVolumePermission: UserId {name}" for name in others),
    )


@rule(
    asks="Can anyone in the world start a copy of this server image and read what is in it?",
    severity=Severity.HIGH,
    controls=(hipaa("164.312(a)(1)"), gdpr("32(1)(b)"), gdpr("25(2)")),
    by_hand='aws ec2 modify-image-attribute --image-id IMAGE --launch-permission "Remove=[{Group=all}]"',
    breaks="People outside who start servers from this image no longer can. Servers that run already go on.",
)
def image_open_to_everyone(image: Image, estate: Estate) -> Answer:
    """Server image open to everyone.

    Anyone can start a server from a public image and read all of its files: programs, settings, command history, keys
    that somebody forgot in it. Few firms mean to publish one.
    """
    if not image.public:
        return Pass("It is not open to everyone.")
    return Fail(
        f"Everyone can start servers from this image (made {image.made[:10]}) and read its files.",
        _without(image, (EVERYONE,)),
        witness=("launchPermission: Group all",),
    )


ALL = (
    volume_not_encrypted,
    region_does_not_encrypt_new_disks,
    region_lets_snapshots_go_public,
    region_lets_images_go_public,
    snapshot_open_to_everyone,
    snapshot_shared_with_unknown_account,
    image_open_to_everyone,
)
