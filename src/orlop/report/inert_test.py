import pytest
from hypothesis import given
from hypothesis import strategies as st

from orlop.report.inert import HIDDEN, cleaned, inert, veiled


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("web-1", "web-1"),
        ("größe ✓ 東京", "größe ✓ 東京"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("a\nb\tc\r", r"a\nb\tc\r"),
        ("invoice\u202efdp.exe", r"invoice\u202efdp.exe"),
        ("zero\u200bwidth", r"zero\u200bwidth"),
        ("\x9b2J", r"\x9b2J"),
        ("lone \udcff", r"lone \udcff"),
        ("tag \U000e0041", r"tag \U000e0041"),
    ],
)
def test_what_a_screen_would_act_on_is_written_out(text: str, shown: str) -> None:
    assert inert(text) == shown


@given(st.text(st.characters()))
def test_inert_text_is_printable_and_stays_so(text: str) -> None:
    once = inert(text)
    assert inert(once) == once
    assert "\x1b" not in once and "\n" not in once
    once.encode()


@pytest.mark.parametrize(
    "text",
    [
        "password=hunter2hunter2",
        'SECRET_ACCESS_KEY="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"',
        "-----BEGIN RSA PRIVATE KEY-----\nMIIEhunter2\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nMIIEhunter2 cut off",
        "https://deploy:hunter2@git.example.org/",
        "root:$6$rounds=5000$hunter2saltsalt$hunter2hashhash:19000:0",
        "export GH=ghp_hunter2hunter2hunter2hunter2hunter2",
        "eyJhbGciOiJIUzI1NiJ9.eyJodW50ZXIyIjoiMSJ9.hunter2",
    ],
)
def test_what_looks_like_a_secret_is_hidden(text: str) -> None:
    shown = veiled(text)
    assert HIDDEN in shown
    assert "hunter2" not in shown and "wJalr" not in shown and "aHVudGVy" not in shown


@pytest.mark.parametrize(
    "text",
    [
        "PasswordAuthentication yes",
        "password: not set",
        "http_tokens: optional",
        "AKIAIOSFODNN7EXAMPLE is 412 days old",
        "secret: arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbC123",
        "port 22 is open to 0.0.0.0/0",
    ],
)
def test_what_only_speaks_of_secrets_is_shown(text: str) -> None:
    assert veiled(text) == text


def test_a_setting_named_as_a_secret_is_hidden_at_any_depth() -> None:
    held = {"name": "db", "env": [{"DB_PASSWORD": "letmein", "db_token": "", "secret_arn": "arn:x"}]}
    assert cleaned(held) == {"name": "db", "env": [{"DB_PASSWORD": HIDDEN, "db_token": "", "secret_arn": "arn:x"}]}
