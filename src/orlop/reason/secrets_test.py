import pytest
from hypothesis import given
from hypothesis import strategies as st

from orlop.reason.secrets import Kind, Secret, kinds_in_variable, kinds_of_secret

# Put together here, so that no scanner takes this file for a leak.
KEY_ID = "AKIA" + "Z7QWERTYUIOPASDF"
KEY = "wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYzq8vLmK4Tt"
GITHUB = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
STRIPE = "sk_" + "live_" + "4eC39HqLyjWDarjtT1zdp7dc"
JWT = "eyJ" + "hbGciOiJIUzI1NiJ9." + "eyJ" + "zdWIiOiIxMjM0NTY3ODkwIn0." + "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"
PEM = "-----BEGIN RSA " + "PRIVATE KEY-----"
RANDOM = "q8Zr1Xv7Lk3Tn9Bw5Yc2Hd6Mf4Gj0PsA"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        pytest.param(f"export AWS_ACCESS_KEY_ID={KEY_ID}", [Kind.AWS_KEY], id="access key id"),
        pytest.param(f"AWS_SECRET_ACCESS_KEY={KEY}", [Kind.AWS_KEY], id="secret access key"),
        pytest.param(f'  "secretAccessKey": "{KEY}",', [Kind.AWS_KEY], id="secret access key in JSON"),
        pytest.param(f"{PEM}\nMIIEowIBAAKCAQEAx5f2\n", [Kind.PRIVATE_KEY], id="private key"),
        pytest.param(f"KEY={PEM}\\nMIIEowIBAAKCAQEAx5f2", [Kind.PRIVATE_KEY], id="private key on one line"),
        pytest.param("DB_PASSWORD=hunter2", [Kind.PASSWORD], id="a weak password is one, too"),
        pytest.param("dbPassword: 'S3cure pass phrase'", [Kind.PASSWORD], id="camel case, with spaces"),
        pytest.param("Server=db;Uid=sa;Pwd=Winter2024;", [Kind.PASSWORD], id="in a list of settings"),
        pytest.param("aws rds create --master-user-password Winter2024!", [Kind.PASSWORD], id="option"),
        pytest.param("mysqldump -u root -pWinter2024 claims", [Kind.PASSWORD], id="mysql"),
        pytest.param("curl -s -u admin:Winter2024 https://x.example.com", [Kind.PASSWORD], id="curl"),
        pytest.param("echo 'ubuntu:Winter2024' | chpasswd", [Kind.PASSWORD], id="chpasswd"),
        pytest.param("JWT_SECRET=supersecret", [Kind.PASSWORD], id="signing secret of one word"),
        pytest.param("postgres://claims:Winter2024@db.internal:5432/claims", [Kind.CONNECTION], id="postgres"),
        pytest.param("mongodb+srv://app:Winter2024@c0.abc.mongodb.net", [Kind.CONNECTION], id="mongo"),
        pytest.param("redis://:Winter2024@cache:6379/0", [Kind.CONNECTION], id="redis without a user"),
        pytest.param(f"git clone https://{GITHUB}@github.com/x/y", [Kind.TOKEN], id="GitHub"),
        pytest.param(f"STRIPE={STRIPE}", [Kind.TOKEN], id="Stripe"),
        pytest.param(f"curl -H 'Authorization: Bearer {JWT}'", [Kind.TOKEN], id="JWT"),
        pytest.param("curl -H 'Authorization: Basic YWRtaW46V2ludGVyMjAyNA=='", [Kind.TOKEN], id="Basic"),
        pytest.param("API_KEY=7f3a9c1e5b2d8046af13", [Kind.TOKEN], id="hexadecimal API key"),
        pytest.param(f"THING={RANDOM}", [Kind.RANDOM], id="random value under any name"),
        # What only looks like one.
        pytest.param("", [], id="nothing"),
        pytest.param("DB_PASSWORD=${DB_PASSWORD}", [], id="variable"),
        pytest.param("DB_PASSWORD=$DB_PASSWORD", [], id="variable without braces"),
        pytest.param("PASSWORD=$(aws ssm get-parameter --name /db/pw)", [], id="fetched by a command"),
        pytest.param('password = os.environ["DB_PASSWORD"]', [], id="read from the environment"),
        pytest.param("password = get_password(user)", [], id="function call"),
        pytest.param("password: {{ vault_db_password }}", [], id="template"),
        pytest.param("password=<your password>", [], id="place to fill in"),
        pytest.param("password=changeme", [], id="change me"),
        pytest.param("password=********", [], id="masked"),
        pytest.param("password=xxxxxxxx", [], id="crossed out"),
        pytest.param("password: true", [], id="switch"),
        pytest.param("PasswordAuthentication no", [], id="sshd"),
        pytest.param("TOKEN_TTL=3600", [], id="number"),
        pytest.param("PASSWORD_MIN_LENGTH=14", [], id="rule about passwords"),
        pytest.param("DB_PASSWORD_FILE=/run/secrets/db", [], id="file that holds it"),
        pytest.param("DB_PASSWORD=/run/secrets/db_password", [], id="path"),
        pytest.param("DB_SECRET=prod/claims/db", [], id="name of a stored secret"),
        pytest.param("DB_SECRET=claims-database", [], id="plain name of a stored secret"),
        pytest.param("DB_PASSWORD=arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-Ab12Cd", [], id="ARN"),
        pytest.param("DB_PASSWORD={{resolve:secretsmanager:prod/db:SecretString:pw}}", [], id="CloudFormation"),
        pytest.param("postgres://claims:${PASSWORD}@db/claims", [], id="connection with a variable"),
        pytest.param("postgres://user:password@localhost/db", [], id="connection from a manual"),
        pytest.param("postgres://claims@db/claims", [], id="connection without a password"),
        pytest.param("https://example.com:8443/a@b", [], id="port and at sign"),
        pytest.param("image: app@sha256:" + "9f86d081884c7d65" * 4, [], id="hash of an image"),
        pytest.param("COMMIT=da39a3ee5e6b4b0d3255bfef95601890afd80709", [], id="commit"),
        pytest.param("KMS_KEY=1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed", [], id="UUID"),
        pytest.param("TOKEN_KEY=mrk-orlop/alias", [], id="short name"),
        pytest.param("USER_POOL=eu-west-1_AbCdEfGhI", [], id="user pool"),
        pytest.param("DB=claims.cluster-c9akciq32rgt.eu-west-1.rds.amazonaws.com", [], id="address of a database"),
        pytest.param("AWS_ACCESS_KEY_ID=" + "AKIA" + "IOSFODNN7EXAMPLE", [], id="key from Amazon's manuals"),
        pytest.param("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7q8Zr1Xv7Lk3Tn9Bw5Yc2", [], id="public key"),
        pytest.param(f"grep -q -- '{PEM}' key.pem", [], id="looking for a key"),
        pytest.param("-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0B", [], id="certificate"),
        pytest.param("HANDLER=ClaimsIntakeServiceHandlerV2Production", [], id="camel case"),
        pytest.param("compass=northwest", [], id="compass"),
        pytest.param("yum install -y amazon-cloudwatch-agent", [], id="ordinary script"),
    ],
)
def test_kinds_of_secret(text: str, kinds: list[Kind]) -> None:
    assert [secret.kind for secret in kinds_of_secret(text)] == kinds


def test_lines_are_counted_from_one() -> None:
    text = f"#!/bin/sh\nPASSWORD=hunter2\n\n{PEM}\nMIIEowIBAAKCAQEAx5f2\nPASSWORD=hunter3 PWD=hunter4\n"
    assert kinds_of_secret(text) == (
        Secret(Kind.PASSWORD, 2),
        Secret(Kind.PRIVATE_KEY, 4),
        Secret(Kind.PASSWORD, 6),
    )


@pytest.mark.parametrize(
    ("name", "value", "kinds"),
    [
        pytest.param("DB_PASSWORD", "a b;c&d|e", (Kind.PASSWORD,), id="the whole value counts"),
        pytest.param("DB_PASSWORD", "", (), id="empty"),
        pytest.param("DB_PASSWORD", "${stageVariables.pw}", (), id="reference"),
        pytest.param("DATABASE_URL", "postgres://claims:Winter2024@db/claims", (Kind.CONNECTION,), id="connection"),
        pytest.param("CONFIG", '{"user": "x", "password": "Winter2024"}', (Kind.PASSWORD,), id="JSON"),
        pytest.param("TABLE_NAME", "claims-prod-ClaimsTable-1A2B3C4D5E6F7", (), id="generated name"),
        pytest.param("BUCKET", "claims-prod-bucketq8Zr1Xv7Lk3Tn9Bw5Yc2Hd6M", (), id="generated bucket"),
        pytest.param("STAGE", "production", (), id="word"),
        pytest.param("KEY", f"{PEM}\nMIIEowIBAAKCAQEAx5f2", (Kind.PRIVATE_KEY,), id="private key over lines"),
    ],
)
def test_kinds_in_variable(name: str, value: str, kinds: tuple[Kind, ...]) -> None:
    assert kinds_in_variable(name, value) == kinds


@given(st.text())
def test_any_text_can_be_asked_about(text: str) -> None:
    assert all(1 <= secret.line <= text.count("\n") + 1 for secret in kinds_of_secret(text))


@pytest.mark.parametrize("part", ["a", "A-", "a=", '"', "://", ":", "a.", "/a", "-p", "$", "x" * 9 + " ", "curl -u a "])
def test_hostile_text_comes_to_an_end(part: str) -> None:
    """A pattern that tries every way to read such a text would not be through with it before the sun burns out."""
    assert kinds_of_secret(part * (16384 // len(part))) is not None
